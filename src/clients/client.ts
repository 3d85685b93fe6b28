import type { Org } from '@gatehouse/grant-sdk';
import type { ClientColumns } from './client-columns';

export const REFRESH_TOKEN_POLICIES = ['static', 'rotate'] as const;
export type RefreshTokenPolicy = (typeof REFRESH_TOKEN_POLICIES)[number];

/** Letters, digits, `_` and `-`: what the Cloud Services allow. */
export const CLIENT_ID = /^[A-Za-z0-9_-]{1,255}$/;

/** A registered client, as the token path sees it. */
export type Client = Readonly<ClientColumns> & {
  /** The org that owns it. */
  readonly org: Org;
};

export interface ClientSecret {
  readonly id: string;
  /** See CredentialHasher. */
  readonly hash: string;
  readonly expiresAt: Date | null;
}
