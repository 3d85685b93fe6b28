import { Injectable } from '@nestjs/common';
import { InjectEntityManager } from '@nestjs/typeorm';
import { EntityManager, In } from 'typeorm';
import { UUID } from '../../database/field-rules';
import { Families, lowestLiving } from '../../tokens/families';
import { FamilyEntity } from '../../tokens/family.entity';
import { userName } from '../../tokens/subject-name';
import { MembershipEntity } from '../../users/membership.entity';
import { UserEntity } from '../../users/user.entity';
import { Administration, type Administrator } from '../administration';
import { OrgsAdministration } from '../orgs/orgs-administration';
import { containing, pageOf, type PageOf } from '../paging';
import { lockedUser, noSuchThing } from '../users/found-member';
import { NAMED_LIKE } from '../users/member-directory';
import { judgeAccount } from '../users/role-judge';
import { type LoginQuery, type ShownLogin, showLogin } from './login.shape';

/** The logins for an org, at whichever client they are. */
@Injectable()
export class LoginsAdministration {
  constructor(
    @InjectEntityManager() private readonly manager: EntityManager,
    private readonly administration: Administration,
    private readonly orgs: OrgsAdministration,
    private readonly families: Families,
  ) {}

  /**
   * Those that have neither ended nor expired, by id; a filter finds parts of the user's names and e-mail address.
   * @throws {GatehouseError} `not_found`, `invalid_request`
   */
  async list(orgId: string, query: LoginQuery, path: string): Promise<PageOf<ShownLogin>> {
    await this.orgs.find(orgId);
    const { userId, clientId, filter } = query;
    const rows = this.manager
      .createQueryBuilder(FamilyEntity, 'login')
      .where('login.orgId = :orgId AND login.endedAt IS NULL AND login.expiresAt > now()', { orgId })
      .andWhere('login.id >= :living', { living: lowestLiving() });
    if (userId !== undefined) rows.andWhere('login.userId = :userId', { userId });
    if (clientId !== undefined) rows.andWhere('login.clientId = :clientId', { clientId });
    if (filter !== undefined) {
      // Not a join: with one, TypeORM counts the distinct ids of millions of logins.
      const named = rows.subQuery().select('1').from(UserEntity, 'person').where('person.id = login.userId');
      rows.andWhere(`EXISTS ${named.andWhere(NAMED_LIKE).getQuery()}`, { filter: containing(filter) });
    }
    const parameters = { ...(userId === undefined ? {} : { userId }), ...(clientId === undefined ? {} : { clientId }) };
    const page = await pageOf({
      ...{ rows, path, query, parameters, key: 'login.id', keyType: 'uuid' },
      keyOf: ({ id }) => id,
      show: (login) => login,
    });
    return { ...page, results: await this.withUsers(page.results) };
  }

  /**
   * Ends a login with all that came from it. One that has ended already stays as it is.
   * @throws {GatehouseError} `not_found`, also for one for another org; `insufficient_scope`
   */
  end(orgId: string, loginId: string, by: Administrator): Promise<void> {
    return this.administration.change(by, async (transaction, record) => {
      const login = UUID.test(loginId) ? await transaction.findOneBy(FamilyEntity, { id: loginId, orgId }) : null;
      const user = login === null ? null : await lockedUser(transaction, login.userId);
      if (login === null || user === null) throw noSuchThing();
      judgeAccount(by.caller, user, await transaction.findBy(MembershipEntity, { userId: user.id, orgId }));
      if (!(await this.families.endOne(transaction, login.id, 'an administrator ended it'))) return;
      const { clientId, id: family } = login;
      await record({ action: 'login.end', orgId, clientId, subject: userName(user), family });
    });
  }

  private async withUsers(logins: readonly FamilyEntity[]): Promise<ShownLogin[]> {
    const id = In([...new Set(logins.map(({ userId }) => userId))]);
    const users = new Map((await this.manager.findBy(UserEntity, { id })).map((user) => [user.id, user]));
    return logins.flatMap((login) => {
      const user = users.get(login.userId);
      return user === undefined ? [] : [showLogin(login, user)];
    });
  }
}
