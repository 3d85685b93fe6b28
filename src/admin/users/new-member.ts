import { type EntityManager, In } from 'typeorm';
import { GatehouseError } from '../../errors/gatehouse-error';
import { GroupEntity } from '../../users/group.entity';
import { MembershipEntity } from '../../users/membership.entity';
import { requireKnownServiceRoles } from './known-service-roles';
import type { Roles } from './membership.shape';
import { unlessTaken } from '../unless-taken';

export interface NewMember extends Roles {
  readonly userId: string;
  readonly orgId: string;
  readonly groups: readonly string[];
}

/**
 * Makes a user a member.
 * @throws {GatehouseError} `state_conflict` when it is one already; `invalid_request` for unknown roles and groups
 */
export async function insertMember(transaction: EntityManager, member: NewMember): Promise<void> {
  const { userId, orgId, roles, serviceRoles } = member;
  await requireKnownServiceRoles(transaction, serviceRoles);
  const groupIds = [...new Set(member.groups)];
  const groups = await transaction.findBy(GroupEntity, { id: In(groupIds), orgId });
  const unknown = groupIds.filter((groupId) => !groups.some(({ id }) => id === groupId));
  if (unknown.length > 0) {
    throw new GatehouseError('invalid_request', `groups: there is no ${unknown.join(', ')} in the organization.`);
  }
  await unlessTaken(
    'The user is a member already.',
    transaction.insert(MembershipEntity, {
      ...{ userId, orgId, roles: [...new Set(roles)], serviceRoles },
      // Who was a member before gets no token of then back.
      tokensValidFrom: new Date(),
    }),
  );
  await transaction.query(
    'INSERT INTO group_members (group_id, user_id) SELECT unnest($1::text[]), $2 ON CONFLICT DO NOTHING',
    [groupIds, userId],
  );
}
