/** Each dialect's token endpoint, and how it says that something is wrong. */
export const DIALECTS = [
  { dialect: 'csp', path: '/csp/gateway/am/api/auth/token' },
  { dialect: 'identity-manager', path: '/SAAS/auth/oauthtoken' },
  { dialect: 'oauth', path: '/oauth2/token' },
] as const;

export type DialectName = (typeof DIALECTS)[number]['dialect'];
