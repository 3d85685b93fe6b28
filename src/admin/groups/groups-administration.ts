import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectEntityManager } from '@nestjs/typeorm';
import { EntityManager } from 'typeorm';
import type { z } from 'zod';
import { GroupEntity } from '../../users/group.entity';
import { Administration, type Administrator } from '../administration';
import { type Conditional, requireMatch } from '../entity-tag';
import { parsed } from '../json-body';
import { mergePatch } from '../merge-patch';
import { OrgsAdministration } from '../orgs/orgs-administration';
import { containing, type ListQuery, pageOf, type PageOf } from '../paging';
import { unlessTaken } from '../unless-taken';
import { foundGroup, lockedGroup } from './found-group';
import { groupSettings, type newGroup, showGroup, type ShownGroup } from './group.shape';

/** Groups of people of an org. */
@Injectable()
export class GroupsAdministration {
  constructor(
    private readonly administration: Administration,
    private readonly orgs: OrgsAdministration,
    @InjectEntityManager() private readonly manager: EntityManager,
  ) {}

  /**
   * By id; a filter finds parts of id and name.
   * @throws {GatehouseError} `not_found`
   */
  async list(orgId: string, query: ListQuery, path: string): Promise<PageOf<ShownGroup>> {
    await this.orgs.find(orgId);
    const rows = this.manager.createQueryBuilder(GroupEntity, 'group_').where('group_.orgId = :orgId', { orgId });
    if (query.filter !== undefined) {
      rows.andWhere('(group_.id ILIKE :filter OR group_.name ILIKE :filter)', { filter: containing(query.filter) });
    }
    return pageOf({ ...{ rows, path, query }, key: 'group_.id', keyOf: ({ id }) => id, show: showGroup });
  }

  /** @throws {GatehouseError} `not_found` */
  async find(orgId: string, id: string): Promise<ShownGroup> {
    return showGroup(await foundGroup(this.manager, orgId, id));
  }

  /** @throws {GatehouseError} `not_found`; `state_conflict` when there is such a group */
  async create(orgId: string, group: z.output<typeof newGroup>, by: Administrator): Promise<ShownGroup> {
    await this.orgs.find(orgId);
    const { id = randomUUID(), name } = group;
    return this.administration.change(by, async (transaction, record) => {
      await unlessTaken('The id is taken.', transaction.insert(GroupEntity, { id, name, orgId }));
      await record({ action: 'group.create', orgId, reason: `group ${id}` });
      return { id, name };
    });
  }

  /**
   * @param patch a merge patch of the group's settings
   * @throws {GatehouseError} `not_found`, `invalid_request`, `precondition_failed`
   */
  change(orgId: string, id: string, patch: unknown, request: Conditional, by: Administrator): Promise<ShownGroup> {
    return this.administration.change(by, async (transaction, record) => {
      const kept = showGroup(await lockedGroup(transaction, orgId, id));
      requireMatch(request, kept);
      const { name } = parsed(mergePatch({ name: kept.name }, patch), groupSettings);
      await transaction.update(GroupEntity, { id }, { name });
      await record({ action: 'group.update', orgId, reason: `group ${id}` });
      return { id, name };
    });
  }

  /** @throws {GatehouseError} `not_found`, `precondition_failed` */
  async delete(orgId: string, id: string, request: Conditional, by: Administrator): Promise<void> {
    await this.administration.change(by, async (transaction, record) => {
      requireMatch(request, showGroup(await lockedGroup(transaction, orgId, id)));
      await transaction.delete(GroupEntity, { id });
      await record({ action: 'group.delete', orgId, reason: `group ${id}` });
    });
  }
}
