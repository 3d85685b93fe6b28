import { type Actor, type GrantDecision, GrantRefusal, type PresentedToken, type Session } from '@gatehouse/grant-sdk';
import { PickType } from '@nestjs/swagger';
import { Equals } from 'class-validator';
import { ACCESS_TOKEN_TYPE } from '../tokens/token-type';
import { TokenParameters } from './token-parameters';

/** The parameters of the grants that exchange an access token. */
export class SubjectTokenParameters extends PickType(TokenParameters, ['subject_token', 'subject_token_type']) {
  @Equals(ACCESS_TOKEN_TYPE, { message: `$property must be ${ACCESS_TOKEN_TYPE}` })
  declare subject_token_type: string;
}

/** What every exchange takes over from its subject token: it only ever narrows, and its result ends with the token. */
export function fromSubject(token: PresentedToken) {
  return {
    orgId: token.orgId,
    scopes: token.scopes,
    expiresNoLaterThan: token.expiresAt,
    authTime: token.authTime,
    exchange: true,
  } satisfies Partial<GrantDecision>;
}

/** @throws {GrantRefusal} `forbidden` when the token is that of a client, for which nobody logged in */
export function userOf({ subject }: PresentedToken): { kind: 'user'; id: string } {
  if (subject.kind === 'user') return { kind: 'user', id: subject.id };
  throw new GrantRefusal('forbidden', 'The subject token is not that of a user.', 'the subject is a client');
}

/**
 * The login of what an exchange gives: a child of the subject's, with refresh tokens. Where a person acts for the
 * subject it only joins, without them: an impersonation ends after minutes, whatever it is exchanged for.
 */
export function loginOf({ session, actor }: PresentedToken, longestSeconds?: number): Session | undefined {
  if (!isActedByPerson(actor)) {
    return { kind: 'begin', parent: session, ...(longestSeconds === undefined ? {} : { longestSeconds }) };
  }
  return session === undefined ? undefined : { kind: 'join', id: session };
}

/** Anywhere in the chain; the names of clients begin with a colon. */
function isActedByPerson(actor: Actor | undefined): boolean {
  return actor !== undefined && (!actor.sub.startsWith(':') || isActedByPerson(actor.act));
}
