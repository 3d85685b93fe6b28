import { Injectable } from '@nestjs/common';
import { InjectEntityManager } from '@nestjs/typeorm';
import { EntityManager } from 'typeorm';
import { GatehouseError } from '../../errors/gatehouse-error';
import { userName } from '../../tokens/subject-name';
import { GroupMemberEntity } from '../../users/group.entity';
import { MembershipEntity } from '../../users/membership.entity';
import { UserEntity } from '../../users/user.entity';
import { Administration, type Administrator, type ChangeEvent } from '../administration';
import { containing, type ListQuery, pageOf, type PageOf } from '../paging';
import { noSuchThing } from '../users/found-member';
import { NAMED_LIKE } from '../users/member-directory';
import { foundGroup, lockedGroup } from './found-group';
import { showGroupMember, type ShownGroupMember } from './group.shape';

/** Who is in a group. */
@Injectable()
export class GroupMembers {
  constructor(
    private readonly administration: Administration,
    @InjectEntityManager() private readonly manager: EntityManager,
  ) {}

  /**
   * By user id; a filter finds parts of user name, e-mail address and names.
   * @throws {GatehouseError} `not_found`
   */
  async list(orgId: string, groupId: string, query: ListQuery, path: string): Promise<PageOf<ShownGroupMember>> {
    await foundGroup(this.manager, orgId, groupId);
    const rows = this.manager
      .createQueryBuilder(UserEntity, 'person')
      .innerJoin(GroupMemberEntity, 'member', 'member.userId = person.id AND member.groupId = :groupId', { groupId });
    if (query.filter !== undefined) rows.where(NAMED_LIKE, { filter: containing(query.filter) });
    return pageOf({ ...{ rows, path, query }, key: 'person.id', keyOf: ({ id }) => id, show: showGroupMember });
  }

  /**
   * Takes members of the org in; who is in already stays.
   * @throws {GatehouseError} `not_found`; `invalid_request` for who is no member of the org
   */
  async add(orgId: string, groupId: string, ids: readonly string[], by: Administrator): Promise<void> {
    await this.administration.change(by, async (transaction, record) => {
      await lockedGroup(transaction, orgId, groupId);
      const people = await membersOf(transaction, orgId, ids);
      const unknown = ids.filter((id) => !people.some((person) => person.id === id));
      if (unknown.length > 0) {
        throw new GatehouseError('invalid_request', `ids: ${unknown.join(', ')}: no member of the organization.`);
      }
      const added = await transaction.query<Named[]>(
        `WITH added AS (
           INSERT INTO group_members (group_id, user_id) SELECT $1, unnest($2::text[])
           ON CONFLICT DO NOTHING RETURNING user_id)
         SELECT id, domain FROM users WHERE id IN (SELECT user_id FROM added)`,
        [groupId, ids],
      );
      await recordEach(record, added, { orgId, reason: `taken into group ${groupId}` });
    });
  }

  /**
   * Takes people out; who is not in stays out.
   * @throws {GatehouseError} `not_found`
   */
  async remove(orgId: string, groupId: string, ids: readonly string[], by: Administrator): Promise<number> {
    return this.administration.change(by, async (transaction, record) => {
      await lockedGroup(transaction, orgId, groupId);
      const removed = await transaction.query<Named[]>(
        `WITH removed AS (
           DELETE FROM group_members WHERE group_id = $1 AND user_id = ANY($2) RETURNING user_id)
         SELECT id, domain FROM users WHERE id IN (SELECT user_id FROM removed)`,
        [groupId, ids],
      );
      await recordEach(record, removed, { orgId, reason: `taken out of group ${groupId}` });
      return removed.length;
    });
  }

  /** @throws {GatehouseError} `not_found` for who is not in, too */
  async removeOne(orgId: string, groupId: string, userId: string, by: Administrator): Promise<void> {
    if ((await this.remove(orgId, groupId, [userId], by)) === 0) throw noSuchThing();
  }
}

type Named = Pick<UserEntity, 'id' | 'domain'>;

/** One event a person, so that what happened to it is found by its name. */
async function recordEach(
  record: (event: ChangeEvent) => Promise<void>,
  people: readonly Named[],
  facts: Pick<ChangeEvent, 'orgId' | 'reason'>,
): Promise<void> {
  for (const person of people) await record({ action: 'group.update', subject: userName(person), ...facts });
}

/** Kept in the org until the transaction is over: who leaves it leaves its groups. */
async function membersOf(transaction: EntityManager, orgId: string, ids: readonly string[]): Promise<UserEntity[]> {
  return transaction
    .createQueryBuilder(UserEntity, 'person')
    .innerJoin(MembershipEntity, 'membership', 'membership.userId = person.id AND membership.orgId = :orgId', { orgId })
    .where('person.id = ANY(:ids)', { ids })
    .orderBy('person.id')
    .setLock('for_no_key_update', undefined, ['person'])
    .getMany();
}
