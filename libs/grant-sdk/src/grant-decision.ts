import type { Org } from './grant-context';

/** Whom the token speaks for. */
export interface ClientSubject {
  readonly kind: 'client';
}

export type Subject = ClientSubject;

/**
 * Something that may be used once, by its kind and id. The service marks it used in the transaction that issues the
 * token; of parallel requests that consume the same one, exactly one succeeds.
 */
export interface Consumption {
  readonly kind: string;
  readonly id: string;
  /** After this moment the thing could not be used anyway, so that its mark may be forgotten. */
  readonly until: Date;
}

/** A grant's "yes". The service narrows it further (client, request), then signs, stores and records. */
export interface GrantDecision {
  readonly subject: Subject;
  /** The org that the token is for. */
  readonly org: Org;
  /** The widest scope that the token may have. Absent: whatever the client has. */
  readonly scopes?: readonly string[];
  /** The token expires at this moment at the latest. Absent: the client's own lifetime decides. */
  readonly expiresNoLaterThan?: Date;
  readonly consume?: readonly Consumption[];
}
