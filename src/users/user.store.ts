import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { PeopleLookup, Person } from '@gatehouse/grant-sdk';
import { IsNull, Repository } from 'typeorm';
import { Configuration } from '../config/configuration';
import { ChangeCache } from '../database/change-cache';
import { Changes } from '../database/changes';
import { OrgEntity } from '../orgs/org.entity';
import { orgPermission, servicePermission } from '../services/permission-names';
import { GroupEntity, GroupMemberEntity } from './group.entity';
import { MembershipEntity } from './membership.entity';
import { type Group, type Member, toPerson } from './person';
import { UserEntity, usernameKey } from './user.entity';

@Injectable()
export class UserStore implements PeopleLookup {
  private readonly cache: ChangeCache<Person>;
  private readonly members: ChangeCache<Member>;

  constructor(
    @InjectRepository(UserEntity) private readonly users: Repository<UserEntity>,
    changes: Changes,
    { cacheEntries }: Configuration,
  ) {
    this.cache = new ChangeCache(changes, {
      entries: cacheEntries,
      keyOf: ({ id }) => id,
      restsOn: ({ id }) => [`user:${id}`],
    });
    this.members = new ChangeCache(changes, {
      entries: cacheEntries,
      keyOf: ({ person, org }) => memberKey(person.id, org.id),
      restsOn: ({ person, org }) => [`user:${person.id}`, `org:${org.id}`],
    });
  }

  find(id: string): Promise<Person | undefined> {
    return this.cache.get(id, async () => {
      const user = await this.users.findOneBy({ id, disabledAt: IsNull() });
      return user === null ? undefined : toPerson(user);
    });
  }

  async findByEmail(email: string): Promise<Person[]> {
    const users = await this.users.findBy({ emailKey: email.toLowerCase(), disabledAt: IsNull() });
    return users.map(toPerson);
  }

  /** Members of the org whom a name can mean: a user id, else an e-mail address, else a user name. */
  async findMembersNamed(name: string, orgId: string): Promise<Person[]> {
    const users = await this.users
      .createQueryBuilder('person')
      .innerJoin(MembershipEntity, 'membership', 'membership.userId = person.id AND membership.orgId = :orgId', {
        orgId,
      })
      .innerJoin(OrgEntity, 'org', 'org.id = membership.orgId AND org.disabledAt IS NULL')
      .where(
        'person.disabledAt IS NULL AND (person.id = :name OR person.emailKey = :email OR person.usernameKey = :key)',
        {
          name,
          email: name.toLowerCase(),
          key: usernameKey(name),
        },
      )
      .getMany();
    const byId = users.filter(({ id }) => id === name);
    const byEmail = users.filter(({ emailKey }) => emailKey === name.toLowerCase());
    return [byId, byEmail, users].find((found) => found.length > 0)?.map(toPerson) ?? [];
  }

  /** Users of that name with their password hashes, disabled ones too; without a domain those of every domain. */
  findCredentials(username: string, domain: string | undefined): Promise<UserEntity[]> {
    const key = usernameKey(username);
    return this.users.findBy(domain === undefined ? { usernameKey: key } : { usernameKey: key, domain });
  }

  /** The user with all that it may in the org; undefined when it has no part in it, or either is unknown or disabled. */
  findMember(userId: string, orgId: string): Promise<Member | undefined> {
    return this.members.get(memberKey(userId, orgId), () => this.readMember(userId, orgId));
  }

  /** By name. */
  groupsOf(userId: string): Promise<Group[]> {
    return this.users.manager
      .createQueryBuilder(GroupEntity, 'group_')
      .innerJoin(GroupMemberEntity, 'member', 'member.groupId = group_.id AND member.userId = :userId', { userId })
      .orderBy('group_.name')
      .addOrderBy('group_.id')
      .getMany();
  }

  private async readMember(userId: string, orgId: string): Promise<Member | undefined> {
    const { entities, raw } = await this.users
      .createQueryBuilder('person')
      .innerJoin(MembershipEntity, 'membership', 'membership.userId = person.id AND membership.orgId = :orgId', {
        orgId,
      })
      .innerJoin(OrgEntity, 'org', 'org.id = membership.orgId AND org.disabledAt IS NULL')
      .addSelect(['membership.roles AS roles', 'membership.serviceRoles AS service_roles', 'org.name AS org_name'])
      .where('person.id = :userId AND person.disabledAt IS NULL', { userId })
      .getRawAndEntities<MembershipRow>();
    const [user, row] = [entities[0], raw[0]];
    if (user === undefined || row === undefined) return undefined;
    return {
      person: toPerson(user),
      org: { id: orgId, name: row.org_name },
      permissions: [
        ...user.platformPermissions,
        ...row.roles.map(orgPermission),
        ...row.service_roles.map(({ serviceDefinitionId, role }) => servicePermission(serviceDefinitionId, role)),
      ],
      serviceRoles: row.service_roles,
    };
  }
}

/** Neither id can hold a NUL. */
function memberKey(userId: string, orgId: string): string {
  return `${userId}\0${orgId}`;
}

interface MembershipRow {
  readonly roles: string[];
  readonly service_roles: MembershipEntity['serviceRoles'];
  readonly org_name: string;
}
