export { DIALECT_NAMES, type DialectName } from './dialect-name';
export { Grant, grantOptionsOf, type GrantOptions, type TokenGrant } from './grant.decorator';
export type {
  ClientLookup,
  GrantClient,
  GrantContext,
  GrantRequest,
  Org,
  PeopleLookup,
  Person,
  TokenLookup,
} from './grant-context';
export type { Consumption, GrantDecision, Session, Subject } from './grant-decision';
export { GrantRefusal, isGrantRefusal, type RefusalCode, type RefusalSubject } from './grant-refusal';
export { latestEndOf, newLoginId } from './login-id';
export type { Actor, PresentedToken } from './presented-token';
