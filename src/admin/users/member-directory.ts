import { Injectable } from '@nestjs/common';
import { InjectEntityManager } from '@nestjs/typeorm';
import { EntityManager, In } from 'typeorm';
import { MembershipEntity } from '../../users/membership.entity';
import { UserEntity } from '../../users/user.entity';
import { OrgsAdministration } from '../orgs/orgs-administration';
import { containing, type ListQuery, pageOf, type PageOf } from '../paging';
import { foundMember } from './found-member';
import { showUser, type ShownUser } from './user.shape';

/** The members of an org, for those who may see them. */
@Injectable()
export class MemberDirectory {
  constructor(
    @InjectEntityManager() private readonly manager: EntityManager,
    private readonly orgs: OrgsAdministration,
  ) {}

  /**
   * By user id; a filter finds parts of user name, e-mail address and names.
   * @throws {GatehouseError} `not_found`
   */
  async list(orgId: string, query: ListQuery, path: string): Promise<PageOf<ShownUser>> {
    await this.orgs.find(orgId);
    const rows = this.manager
      .createQueryBuilder(MembershipEntity, 'membership')
      .innerJoin(UserEntity, 'person', 'person.id = membership.userId')
      .where('membership.orgId = :orgId', { orgId });
    if (query.filter !== undefined) rows.andWhere(NAMED_LIKE, { filter: containing(query.filter) });
    const page = await pageOf({
      ...{ rows, path, query, key: 'membership.userId' },
      keyOf: ({ userId }) => userId,
      show: (membership) => membership,
    });
    return { ...page, results: await this.withAccounts(page.results) };
  }

  /** @throws {GatehouseError} `not_found` */
  async find(orgId: string, userId: string): Promise<ShownUser> {
    const { user, membership } = await foundMember(this.manager, orgId, userId);
    return showUser(user, membership);
  }

  private async withAccounts(memberships: readonly MembershipEntity[]): Promise<ShownUser[]> {
    const users = await this.manager.findBy(UserEntity, { id: In(memberships.map(({ userId }) => userId)) });
    const byId = new Map(users.map((user) => [user.id, user]));
    return memberships.flatMap((membership) => {
      const user = byId.get(membership.userId);
      return user === undefined ? [] : [showUser(user, membership)];
    });
  }
}

/** Of a query with a `person` and a `filter`. */
export const NAMED_LIKE = `(person.username ILIKE :filter OR person.email ILIKE :filter
  OR person.givenName ILIKE :filter OR person.familyName ILIKE :filter)`;
