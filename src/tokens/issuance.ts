import type { DialectName, Org, Subject } from '@gatehouse/grant-sdk';
import type { Client } from '../clients/client';

/** One grant, decided and narrowed: all that its tokens say. The claims of every dialect are functions of it. */
export interface Issuance {
  readonly dialect: DialectName;
  readonly issuer: string;
  readonly client: Client;
  readonly subject: Subject;
  readonly org: Org;
  readonly scopes: readonly string[];
  readonly audience: string;
  readonly jti: string;
  /** Seconds since 1970. */
  readonly issuedAt: number;
  /** Seconds since 1970. */
  readonly expiresAt: number;
}
