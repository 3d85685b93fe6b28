import { randomBytes } from 'node:crypto';
import { latestEndOf, newLoginId, type Session } from '@gatehouse/grant-sdk';
import type { Client } from '../clients/client';
import { lifetimeSeconds } from './lifetime';
import { refreshTokenOf } from './refresh-token';

/** What becomes of the login that tokens belong to, with the refresh token to store and answer. */
export type SessionPlan =
  | {
      readonly kind: 'begin';
      readonly id: string;
      readonly parent: string | undefined;
      readonly browserSession: string | undefined;
      readonly refreshToken: string | undefined;
      /** Did the grant name it, to find it again? */
      readonly isNamed: boolean;
      readonly createdAt: Date;
      readonly expiresAt: Date;
    }
  | { readonly kind: 'rotate'; readonly id: string; readonly presented: string; readonly refreshToken: string }
  | { readonly kind: 'keep'; readonly id: string; readonly refreshToken: string }
  | { readonly kind: 'join'; readonly id: string; readonly refreshToken: undefined };

interface Planning {
  readonly session: Session;
  readonly client: Client;
  /** The `refreshTokenValiditySeconds` parameter. */
  readonly asked: string | undefined;
  readonly successorOf: (refreshToken: string, loginId: string) => string;
}

export function planSession({ session, client, asked, successorOf }: Planning): SessionPlan {
  switch (session.kind) {
    case 'begin': {
      const own = Math.min(client.refreshTokenTtl, session.longestSeconds ?? Infinity);
      const createdAt = new Date();
      const wanted = new Date(createdAt.getTime() + lifetimeSeconds(asked, own) * 1_000);
      // Its last access token outlives the login, and is to end with it.
      const id = session.id ?? newLoginId(new Date(wanted.getTime() + client.accessTokenTtl * 1_000));
      return {
        kind: 'begin',
        id,
        parent: session.parent,
        browserSession: session.browserSession,
        refreshToken: client.grantTypes.includes('refresh_token') ? refreshTokenOf(id, randomBytes(32)) : undefined,
        isNamed: session.id !== undefined,
        createdAt,
        expiresAt: earlier(wanted, keptUntil(id)),
      };
    }
    case 'continue':
      // One that was redeemed is judged as such, even if the client's rotate no more.
      return client.refreshTokenPolicy === 'rotate' || session.redeemed === true
        ? {
            kind: 'rotate',
            id: session.id,
            presented: session.refreshToken,
            refreshToken: successorOf(session.refreshToken, session.id),
          }
        : { kind: 'keep', id: session.id, refreshToken: session.refreshToken };
    case 'join':
      return { kind: 'join', id: session.id, refreshToken: undefined };
  }
}

/** Past it the login is forgotten. */
function keptUntil(loginId: string): Date {
  const end = latestEndOf(loginId);
  if (end === undefined) throw new Error('A grant gave a login an id that was not made by newLoginId.');
  return end;
}

function earlier(one: Date, other: Date): Date {
  return other < one ? other : one;
}
