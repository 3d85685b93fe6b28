import { Injectable } from '@nestjs/common';
import { type EntityManager, type FindOptionsWhere, In, IsNull, MoreThan } from 'typeorm';
import { ApiTokenEntity } from '../api-tokens/api-token.entity';
import { AuthorizationCodeEntity } from '../authorization-codes/authorization-code.entity';
import { BrowserSessions } from '../browser-sessions/browser-sessions';
import { ClientEntity } from '../clients/client.entity';
import { ConsentEntity } from '../login/consent.entity';
import { OrgEntity } from '../orgs/org.entity';
import { Families } from '../tokens/families';
import { lockParty } from '../tokens/parties';
import { UserEntity } from '../users/user.entity';

/** How much ended. */
export interface Ended {
  readonly logins: number;
  readonly apiTokens: number;
}

/**
 * Ends what someone had, when it is disabled or revoked, and once more when it is enabled: it revives no token, not even
 * one that a replica gave in the moment before it heard.
 */
@Injectable()
export class Endings {
  constructor(
    private readonly families: Families,
    private readonly sessions: BrowserSessions,
  ) {}

  /** Logins, sessions, access tokens and API tokens of a user. */
  async ofUser(transaction: EntityManager, userId: string, because = 'the user was disabled'): Promise<Ended> {
    const apiTokens = await this.ofApiTokens(transaction, { userId });
    const logins = await this.ofPassword(transaction, userId, because);
    // Last, so that an access token that was got meanwhile is from before.
    await transaction.update(UserEntity, { id: userId }, { tokensValidFrom: new Date() });
    return { logins, apiTokens };
  }

  /**
   * What the old password gave: sessions and logins. API tokens were given by the user.
   * @returns how many logins
   */
  async ofPassword(transaction: EntityManager, userId: string, because = 'the password was changed'): Promise<number> {
    await lockParty(transaction, `user ${userId}`);
    await this.sessions.endAllOf(transaction, userId);
    const logins = await this.families.endAllOf(transaction, { userId }, because);
    // Last, so that what is begun for requests of until now waits, and then does not begin.
    await transaction.update(UserEntity, { id: userId }, { loginsValidFrom: new Date() });
    return logins;
  }

  /** @returns how many */
  async ofApiTokens(transaction: EntityManager, which: FindOptionsWhere<ApiTokenEntity>): Promise<number> {
    const live = { ...which, deactivatedAt: IsNull() };
    const { affected } = await transaction.update(ApiTokenEntity, live, { deactivatedAt: new Date() });
    return affected ?? 0;
  }

  /** Logins and API tokens that a user has for one org, and what it allowed clients there. */
  async ofMember(transaction: EntityManager, userId: string, orgId: string): Promise<void> {
    await lockParty(transaction, `user ${userId}`);
    await this.ofApiTokens(transaction, { userId, orgId });
    await transaction.delete(ConsentEntity, { userId, orgId });
    await this.ofCodes(transaction, { userId, orgId });
    await this.families.endAllOf(transaction, { userId, orgId }, 'the user left the org');
  }

  /** Codes that could still begin a login: the others are looked at no more. */
  async ofCodes(
    transaction: EntityManager,
    ...which: readonly FindOptionsWhere<AuthorizationCodeEntity>[]
  ): Promise<void> {
    const expiresAt = MoreThan(new Date());
    for (const one of which) await transaction.delete(AuthorizationCodeEntity, { ...one, expiresAt });
  }

  /** Logins at a client, and access tokens that it got. */
  async ofClient(transaction: EntityManager, clientId: string): Promise<void> {
    await lockParty(transaction, `client ${clientId}`);
    await this.ofCodes(transaction, { clientId });
    await this.families.endAllOf(transaction, { clientId }, 'the client was disabled');
    await transaction.update(ClientEntity, { id: clientId }, { tokensValidFrom: new Date() });
  }

  /** Logins for an org, and whatever its clients had. */
  async ofOrg(transaction: EntityManager, orgId: string): Promise<void> {
    await this.ofApiTokens(transaction, { orgId });
    await this.loginsOfOrg(transaction, orgId, 'the org was disabled');
    await transaction.update(OrgEntity, { id: orgId }, { tokensValidFrom: new Date() });
  }

  /**
   * Logins for an org, and those for others at its clients, with the codes that would begin such.
   * @returns how many logins
   */
  async loginsOfOrg(transaction: EntityManager, orgId: string, because: string): Promise<number> {
    await lockParty(transaction, `org ${orgId}`);
    const forIt = await this.families.endAllOf(transaction, { orgId }, because);
    const clients = await transaction.find(ClientEntity, { where: { orgId }, select: { id: true } });
    const clientIds = clients.map(({ id }) => id);
    await this.ofCodes(transaction, { orgId }, { clientId: In(clientIds) });
    return forIt + (await this.families.endAllOf(transaction, { clientIds }, `at its clients: ${because}`));
  }
}
