import { Injectable } from '@nestjs/common';
import { type EntityManager, IsNull } from 'typeorm';
import { ApiTokenEntity } from '../api-tokens/api-token.entity';
import { BrowserSessions } from '../browser-sessions/browser-sessions';
import { ClientEntity } from '../clients/client.entity';
import { ConsentEntity } from '../login/consent.entity';
import { OrgEntity } from '../orgs/org.entity';
import { Families } from '../tokens/families';
import { UserEntity } from '../users/user.entity';

/** Ends what someone had, when it is disabled: enabling it again revives no token. */
@Injectable()
export class Endings {
  constructor(
    private readonly families: Families,
    private readonly sessions: BrowserSessions,
  ) {}

  /** Logins, sessions, access tokens and API tokens of a user. */
  async ofUser(transaction: EntityManager, userId: string): Promise<void> {
    await transaction.update(UserEntity, { id: userId }, { tokensValidFrom: new Date() });
    await transaction.update(ApiTokenEntity, { userId, deactivatedAt: IsNull() }, { deactivatedAt: new Date() });
    await this.ofPassword(transaction, userId, 'the user was disabled');
  }

  /** What the old password gave: sessions and logins. API tokens were given by the user. */
  async ofPassword(transaction: EntityManager, userId: string, because = 'the password was changed'): Promise<void> {
    await this.sessions.endAllOf(transaction, userId);
    await this.families.endAllOf(transaction, { userId }, because);
  }

  /** Logins and API tokens that a user has for one org, and what it allowed clients there. */
  async ofMember(transaction: EntityManager, userId: string, orgId: string): Promise<void> {
    const deactivatedAt = new Date();
    await transaction.update(ApiTokenEntity, { userId, orgId, deactivatedAt: IsNull() }, { deactivatedAt });
    await transaction.delete(ConsentEntity, { userId, orgId });
    await this.families.endAllOf(transaction, { userId, orgId }, 'the user left the org');
  }

  /** Logins at a client, and access tokens that it got. */
  async ofClient(transaction: EntityManager, clientId: string): Promise<void> {
    await transaction.update(ClientEntity, { id: clientId }, { tokensValidFrom: new Date() });
    await this.families.endAllOf(transaction, { clientId }, 'the client was disabled');
  }

  /** Logins for an org, and whatever its clients had. */
  async ofOrg(transaction: EntityManager, orgId: string): Promise<void> {
    await transaction.update(OrgEntity, { id: orgId }, { tokensValidFrom: new Date() });
    await transaction.update(ApiTokenEntity, { orgId, deactivatedAt: IsNull() }, { deactivatedAt: new Date() });
    await this.families.endAllOf(transaction, { orgId }, 'the org was disabled');
    const clients = await transaction.find(ClientEntity, { where: { orgId }, select: { id: true } });
    for (const { id } of clients) {
      await this.families.endAllOf(transaction, { clientId: id }, 'the org of the client was disabled');
    }
  }
}
