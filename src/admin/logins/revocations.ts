import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { ClientEntity } from '../../clients/client.entity';
import { OrgEntity } from '../../orgs/org.entity';
import { Families } from '../../tokens/families';
import { lockParty } from '../../tokens/parties';
import { userName } from '../../tokens/subject-name';
import { MembershipEntity } from '../../users/membership.entity';
import { UserEntity } from '../../users/user.entity';
import { Administration, type Administrator } from '../administration';
import { lockClient } from '../clients/client-row';
import { type Ended, Endings } from '../endings';
import { OrgsAdministration } from '../orgs/orgs-administration';
import { lockedMember, lockedUser, noSuchThing } from '../users/found-member';
import { judgeAccount, requireOwner } from '../users/role-judge';
import type { OrgRevocation, Revoked, UserRevocation } from './revocation.shape';

const BECAUSE = 'an administrator revoked what was given';

/**
 * Revokes what users and clients were given until now. What they get from the answer on counts.
 *
 * Codes go as well: they would begin logins afterwards. The time from which access tokens count is set last: one that was
 * got while the rest ended is from before.
 */
@Injectable()
export class Revocations {
  constructor(
    private readonly administration: Administration,
    private readonly endings: Endings,
    private readonly families: Families,
    private readonly orgs: OrgsAdministration,
  ) {}

  /**
   * @throws {GatehouseError} `not_found` when the user is no member of the org or the client not its own, with a user:
   * nobody's; `insufficient_scope`; `state_conflict` while the org or the client is being deleted
   */
  async ofOrg(orgId: string, asked: OrgRevocation, by: Administrator): Promise<Revoked> {
    await this.orgs.find(orgId);
    const { userId, clientId, apiTokens } = asked;
    return this.administration.change(by, async (transaction, record) => {
      const user = userId === undefined ? undefined : await judgedMember(transaction, orgId, userId, by);
      let ended: Ended;
      if (user !== undefined) ended = await this.ofMember(transaction, user.id, orgId, asked);
      else if (clientId !== undefined) ended = await this.ofClient(transaction, clientId, orgId);
      else {
        requireOwner(by.caller);
        ended = await this.ofEveryone(transaction, orgId, apiTokens);
      }
      const subject = user && userName(user);
      await record({ action: 'access.revoke', orgId, clientId, subject, reason: inWords(ended, asked) });
      return ended;
    });
  }

  /**
   * Everything, in every org, and in browsers.
   * @throws {GatehouseError} `not_found`
   */
  ofUser({ userId, ...asked }: UserRevocation, by: Administrator): Promise<Revoked> {
    return this.administration.change(by, async (transaction, record) => {
      const user = await lockedUser(transaction, userId);
      if (user === null) throw noSuchThing();
      const ended = await this.endings.ofUser(transaction, userId, BECAUSE);
      const facts = { orgId: user.defaultOrgId, subject: userName(user) };
      await record({ action: 'access.revoke', ...facts, reason: `in every org: ${inWords(ended, asked)}` });
      return ended;
    });
  }

  private async ofMember(
    transaction: EntityManager,
    userId: string,
    orgId: string,
    { clientId, apiTokens }: OrgRevocation,
  ): Promise<Ended> {
    await lockParty(transaction, `user ${userId}`);
    if (clientId !== undefined) {
      // Anyone's: members log in at clients of other orgs, too.
      if (!(await transaction.existsBy(ClientEntity, { id: clientId }))) throw noSuchThing();
      const logins = await this.families.endAllOf(transaction, { userId, orgId, clientId }, BECAUSE);
      await this.endings.ofCodes(transaction, { userId, orgId, clientId });
      await transaction.update(UserEntity, { id: userId }, { loginsValidFrom: new Date() });
      return { logins, apiTokens: 0 };
    }
    const ended = {
      apiTokens: apiTokens ? await this.endings.ofApiTokens(transaction, { userId, orgId }) : 0,
      logins: await this.families.endAllOf(transaction, { userId, orgId }, BECAUSE),
    };
    await this.endings.ofCodes(transaction, { userId, orgId });
    await transaction.update(MembershipEntity, { userId, orgId }, { tokensValidFrom: new Date() });
    return ended;
  }

  private async ofClient(transaction: EntityManager, clientId: string, orgId: string): Promise<Ended> {
    const { id } = await lockClient(transaction, { orgId, clientId });
    await lockParty(transaction, `client ${id}`);
    const logins = await this.families.endAllOf(transaction, { clientId: id }, BECAUSE);
    await this.endings.ofCodes(transaction, { clientId: id });
    await transaction.update(ClientEntity, { id }, { tokensValidFrom: new Date() });
    return { logins, apiTokens: 0 };
  }

  private async ofEveryone(transaction: EntityManager, orgId: string, apiTokens: boolean): Promise<Ended> {
    const ended = {
      apiTokens: apiTokens ? await this.endings.ofApiTokens(transaction, { orgId }) : 0,
      logins: await this.endings.loginsOfOrg(transaction, orgId, BECAUSE),
    };
    await transaction.update(OrgEntity, { id: orgId }, { tokensValidFrom: new Date() });
    return ended;
  }
}

/** @throws {GatehouseError} `not_found`; `insufficient_scope` when the user may more than the caller */
async function judgedMember(
  transaction: EntityManager,
  orgId: string,
  userId: string,
  { caller }: Administrator,
): Promise<UserEntity> {
  const { user, membership } = await lockedMember(transaction, orgId, userId);
  judgeAccount(caller, user, [membership]);
  return user;
}

function inWords({ logins, apiTokens }: Ended, { reason }: { readonly reason?: string | undefined }): string {
  const counts = `logins ended: ${logins}, API tokens deactivated: ${apiTokens}`;
  return reason === undefined ? counts : `${counts}; ${reason}`;
}
