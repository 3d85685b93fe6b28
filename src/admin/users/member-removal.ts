import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { userName } from '../../tokens/subject-name';
import { MembershipEntity } from '../../users/membership.entity';
import { Administration, type Administrator } from '../administration';
import { Endings } from '../endings';
import { type Conditional, requireMatch } from '../entity-tag';
import { deleteAccount } from './delete-account';
import { isOfOrg, lockedMember } from './found-member';
import { requireOtherOwner } from './owners-left';
import { isOperator, isOwner, judgeAccount, judgeRoles } from './role-judge';
import { showUser } from './user.shape';

/** Takes people out of an org. */
@Injectable()
export class MemberRemoval {
  constructor(
    private readonly administration: Administration,
    private readonly endings: Endings,
  ) {}

  /**
   * The account goes with the last membership, if it is of a domain of the org.
   * @throws {GatehouseError} `not_found`, `insufficient_scope`, `precondition_failed`, `state_conflict`
   */
  async remove(orgId: string, userId: string, request: Conditional, by: Administrator): Promise<void> {
    await this.administration.change(by, async (transaction, record) => {
      const { user, membership } = await lockedMember(transaction, orgId, userId);
      requireMatch(request, showUser(user, membership));
      judgeRoles(by.caller, membership.roles, []);
      const memberships = await transaction.findBy(MembershipEntity, { userId });
      const isLast = memberships.length === 1 && (await isOfOrg(transaction, user, orgId));
      if (isLast) judgeAccount(by.caller, user, memberships);
      const losesOwner = isOwner(membership.roles) && user.disabledAt === null;
      if (losesOwner && !isOperator(by.caller)) await requireOtherOwner(transaction, userId, [orgId]);
      await this.leave(transaction, userId, orgId);
      const facts = { orgId, subject: userName(user) };
      await record({ action: 'membership.delete', ...facts });
      if (!isLast) return;
      await deleteAccount(transaction, user);
      await record({ action: 'user.delete', ...facts });
    });
  }

  private async leave(transaction: EntityManager, userId: string, orgId: string): Promise<void> {
    await this.endings.ofMember(transaction, userId, orgId);
    await transaction.delete(MembershipEntity, { userId, orgId });
    await transaction.query(
      'DELETE FROM group_members USING groups WHERE groups.id = group_id AND user_id = $1 AND org_id = $2',
      [userId, orgId],
    );
    // That of another membership, else that of the domain.
    await transaction.query(
      `UPDATE users SET default_org_id = COALESCE(
         (SELECT min(org_id) FROM memberships WHERE user_id = users.id),
         (SELECT org_id FROM domains WHERE name = users.domain))
       WHERE id = $1 AND default_org_id = $2`,
      [userId, orgId],
    );
  }
}
