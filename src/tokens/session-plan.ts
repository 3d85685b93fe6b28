import { randomBytes, randomUUID } from 'node:crypto';
import type { Session } from '@gatehouse/grant-sdk';
import type { Client } from '../clients/client';
import { lifetimeSeconds } from './lifetime';

/** What becomes of the login that tokens belong to, with the refresh token to store and answer. */
export type SessionPlan =
  | {
      readonly kind: 'begin';
      readonly id: string;
      readonly parent: string | undefined;
      readonly browserSession: string | undefined;
      readonly refreshToken: string | undefined;
      readonly seconds: number;
    }
  | { readonly kind: 'rotate'; readonly id: string; readonly presented: string; readonly refreshToken: string }
  | { readonly kind: 'keep'; readonly id: string; readonly refreshToken: string }
  | { readonly kind: 'join'; readonly id: string; readonly refreshToken: undefined };

interface Planning {
  readonly session: Session;
  readonly client: Client;
  /** The `refreshTokenValiditySeconds` parameter. */
  readonly asked: string | undefined;
  readonly successorOf: (refreshToken: string) => string;
}

export function planSession({ session, client, asked, successorOf }: Planning): SessionPlan {
  switch (session.kind) {
    case 'begin': {
      const own = Math.min(client.refreshTokenTtl, session.longestSeconds ?? Infinity);
      return {
        kind: 'begin',
        id: session.id ?? randomUUID(),
        parent: session.parent,
        browserSession: session.browserSession,
        refreshToken: client.grantTypes.includes('refresh_token') ? randomBytes(32).toString('base64url') : undefined,
        seconds: lifetimeSeconds(asked, own),
      };
    }
    case 'continue':
      return client.refreshTokenPolicy === 'rotate'
        ? {
            kind: 'rotate',
            id: session.id,
            presented: session.refreshToken,
            refreshToken: successorOf(session.refreshToken),
          }
        : { kind: 'keep', id: session.id, refreshToken: session.refreshToken };
    case 'join':
      return { kind: 'join', id: session.id, refreshToken: undefined };
  }
}
