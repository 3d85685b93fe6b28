export { DIALECT_NAMES, type DialectName } from './dialect-name';
export { Grant, grantOptionsOf, type GrantOptions, type TokenGrant } from './grant.decorator';
export type { GrantClient, GrantContext, GrantRequest, Org, OrgLookup } from './grant-context';
export type { ClientSubject, Consumption, GrantDecision, Subject } from './grant-decision';
export { GrantRefusal, isGrantRefusal, type RefusalCode } from './grant-refusal';
