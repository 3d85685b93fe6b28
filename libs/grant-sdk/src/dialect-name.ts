/** How the service is spoken to: VMware Cloud Services, VMware Identity Manager, plain OAuth 2.0. */
export type DialectName = 'csp' | 'identity-manager' | 'oauth';

export const DIALECT_NAMES: readonly DialectName[] = ['csp', 'identity-manager', 'oauth'];
