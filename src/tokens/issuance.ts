import type { Actor, DialectName, Org } from '@gatehouse/grant-sdk';
import type { Client } from '../clients/client';
import type { ResourcePermission } from '../services/service-definition.entity';
import type { Member } from '../users/person';
import type { GroupList } from './group-list';
import type { SessionPlan } from './session-plan';

/** Whom the tokens speak for, with all that they say of it. */
export type IssuedSubject = { readonly kind: 'client' } | { readonly kind: 'user'; readonly member: Member };

/** Permissions of one service on resources: the Cloud Services' ServicesPermissionsScopesDto, one entry. */
export interface ServiceScope {
  readonly serviceDefinitionId: string;
  readonly permissions: readonly ResourcePermission[];
}

/** One grant, decided and narrowed: all that its tokens say. The claims of every dialect are functions of it. */
export interface Issuance {
  readonly dialect: DialectName;
  readonly issuer: string;
  readonly userinfoEndpoint: string;
  readonly client: Client;
  readonly subject: IssuedSubject;
  readonly actor: Actor | undefined;
  readonly org: Org;
  readonly scopes: readonly string[];
  /** What the login may have, of which a refresh gets a part: wider than `scopes` where only this token was narrowed. */
  readonly loginScopes: readonly string[];
  /** Present when the token is narrowed to permissions on resources. */
  readonly resourceScopes: readonly ServiceScope[] | undefined;
  /** Of the access token; of the ID token when that is what is issued. */
  readonly audience: string;
  readonly jti: string;
  /** Of an ID token beside the access token. */
  readonly idTokenJti: string;
  /** Seconds since 1970, like all times here. */
  readonly issuedAt: number;
  readonly expiresAt: number;
  readonly authTime: number;
  readonly session: SessionPlan | undefined;
  /** Which tokens there are beside a refresh token. */
  readonly issue: 'access_token' | 'access_token and id_token' | 'id_token';
  /** For the ID token. */
  readonly nonce: string | undefined;
  /** Whether another token was given for it. */
  readonly exchange: boolean;
  /** For the ID token. */
  readonly groups: GroupList | undefined;
}
