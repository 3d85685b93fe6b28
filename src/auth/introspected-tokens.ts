import { Injectable } from '@nestjs/common';
import type { Actor, DialectName, Person } from '@gatehouse/grant-sdk';
import type { ApiTokenEntity } from '../api-tokens/api-token.entity';
import { ApiTokenStore } from '../api-tokens/api-token.store';
import { mayIntrospectAll } from '../clients/allowed-scopes';
import { API_TOKEN_CLIENT } from '../clients/api-token-client';
import type { Client } from '../clients/client';
import { ClientStore } from '../clients/client.store';
import { Families } from '../tokens/families';
import type { FamilyEntity } from '../tokens/family.entity';
import { RefreshTokens } from '../tokens/refresh-tokens';
import { userName } from '../tokens/subject-name';
import { type SignedToken, TokenVerifier } from '../tokens/token-verifier';
import { UserStore } from '../users/user.store';

/** What is said of a good token: RFC 7662 section 2.2, and what the access tokens of this service say beside it. */
export interface Introspected {
  readonly active: true;
  readonly scope?: string | undefined;
  readonly client_id: string;
  /** Of a user. */
  readonly username?: string | undefined;
  /** Only of access tokens: nothing else opens a resource. */
  readonly token_type?: 'Bearer';
  /** Seconds since 1970, like `iat`. */
  readonly exp?: number | undefined;
  readonly iat?: number | undefined;
  readonly sub?: string | undefined;
  readonly aud?: string | string[] | undefined;
  readonly iss?: string | undefined;
  readonly jti?: string;
  readonly org_id: string;
  readonly act?: Actor | undefined;
  readonly sid?: string | undefined;
  /** Of a token that is narrowed to permissions on resources. */
  readonly services_scopes?: unknown;
}

/** Finds tokens of every kind, for those who may know of them. */
@Injectable()
export class IntrospectedTokens {
  constructor(
    private readonly accessTokens: TokenVerifier,
    private readonly families: Families,
    private readonly refreshTokens: RefreshTokens,
    private readonly apiTokens: ApiTokenStore,
    private readonly clients: ClientStore,
    private readonly users: UserStore,
  ) {}

  /**
   * What became of a token is looked up only for who may know of it: to all others the answer to an opaque token takes as
   * long as one about garbage. Whether an access token is ours anybody can tell who has it, by the key set.
   * @param dialect of which the `sub` of an opaque token is
   */
  async find(token: string, asker: Client, dialect: DialectName): Promise<Introspected | undefined> {
    const all = mayIntrospectAll(asker.allowedScopes);
    const read = await this.accessTokens.read(token);
    if ('token' in read) {
      const { clientId, audience } = read.token;
      return all || [clientId, audience].includes(asker.id) ? this.accessToken(read) : undefined;
    }
    const [refresh, apiToken] = await Promise.all([
      this.refreshTokens.findUnredeemed(token),
      all ? this.apiTokens.findActive(token) : undefined,
    ]);
    if (refresh !== undefined) {
      return all || refresh.family.clientId === asker.id ? this.refreshToken(refresh, dialect) : undefined;
    }
    return apiToken === undefined ? undefined : this.apiToken(apiToken, dialect);
  }

  private async accessToken({ token, claims }: SignedToken): Promise<Introspected | undefined> {
    const { subject, orgId } = token;
    const [fault, member] = await Promise.all([
      this.accessTokens.faultOf(token),
      subject.kind === 'user' ? this.users.findMember(subject.id, orgId) : undefined,
    ]);
    if (fault !== undefined || (subject.kind === 'user' && member === undefined)) return undefined;
    return {
      active: true,
      scope: token.scopes.join(' '),
      client_id: token.clientId,
      username: member?.person.username,
      token_type: 'Bearer',
      exp: claims.exp,
      iat: claims.iat,
      sub: claims.sub,
      aud: claims.aud,
      iss: claims.iss,
      jti: token.jti,
      org_id: orgId,
      act: token.actor,
      sid: token.session,
      services_scopes: claims.services_scopes ?? claims.servicesScopes,
    };
  }

  /** Good as long as it would give an access token: see the refresh_token grant. */
  private async refreshToken(
    { family, issuedAt }: { family: FamilyEntity; issuedAt: Date },
    dialect: DialectName,
  ): Promise<Introspected | undefined> {
    const [client, member, cutOff] = await Promise.all([
      this.clients.find(family.clientId),
      this.users.findMember(family.userId, family.orgId),
      family.parentId !== null && this.families.comesFromEnded(family.id),
    ]);
    if (client === undefined || member === undefined || cutOff) return undefined;
    return {
      active: true,
      scope: family.scopes.join(' '),
      client_id: family.clientId,
      ...identity(member.person, dialect),
      exp: seconds(family.expiresAt),
      iat: seconds(issuedAt),
      org_id: family.orgId,
      act: family.actor ?? undefined,
      sid: family.id,
    };
  }

  private async apiToken(token: ApiTokenEntity, dialect: DialectName): Promise<Introspected | undefined> {
    const member = await this.users.findMember(token.userId, token.orgId);
    if (member === undefined) return undefined;
    return {
      active: true,
      scope: token.scopes?.join(' '),
      client_id: API_TOKEN_CLIENT.id,
      ...identity(member.person, dialect),
      exp: token.expiresAt === null ? undefined : seconds(token.expiresAt),
      iat: seconds(token.createdAt),
      org_id: token.orgId,
    };
  }
}

function identity(person: Person, dialect: DialectName) {
  return { username: person.username, sub: dialect === 'csp' ? userName(person) : person.id };
}

function seconds(date: Date): number {
  return Math.floor(date.getTime() / 1_000);
}
