import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Endings } from '../admin/endings';
import { accountColumns } from '../users/account';
import { GroupMemberEntity } from '../users/group.entity';
import { MembershipEntity } from '../users/membership.entity';
import { PasswordHasher } from '../users/password-hasher';
import { UserEntity } from '../users/user.entity';
import { differences, type Seeding } from './seeding';
import type { World } from './world.schema';

type SeedUser = World['users'][number];

@Injectable()
export class UserSeeder {
  constructor(
    private readonly passwords: PasswordHasher,
    private readonly endings: Endings,
  ) {}

  async seed(users: readonly SeedUser[], seeding: Seeding): Promise<void> {
    for (const user of users) {
      const kept = await seeding.transaction.findOneBy(UserEntity, { id: user.id });
      if (kept === null) await this.create(user, seeding);
      else await this.compare(user, kept, seeding);
    }
  }

  private async create(user: SeedUser, { transaction, report, audit }: Seeding): Promise<void> {
    await transaction.insert(UserEntity, {
      id: user.id,
      ...userColumns(user),
      passwordHash: user.password === undefined ? null : await this.passwords.hash(user.password),
      disabledAt: user.disabled ? new Date() : null,
    });
    await transaction.insert(MembershipEntity, memberships(user));
    await transaction.insert(GroupMemberEntity, groupMembers(user));
    await audit({ action: 'user.create', subject: `${user.domain}:${user.id}`, orgId: user.defaultOrg });
    report.created.push(`user ${user.id}`);
  }

  private async compare(
    user: SeedUser,
    kept: UserEntity,
    { transaction, update, report, audit }: Seeding,
  ): Promise<void> {
    const { id } = user;
    const [newPassword, members, groups] = [
      await this.isNewPassword(user, kept),
      (await transaction.findBy(MembershipEntity, { userId: id })).map(declarable).sort(by('orgId')),
      (await transaction.findBy(GroupMemberEntity, { userId: id })).sort(by('groupId')),
    ];
    const differing = [
      ...differences(kept, userColumns(user)),
      ...(newPassword ? ['password'] : []),
      ...((kept.disabledAt !== null) === user.disabled ? [] : ['disabled']),
      ...differences({ memberships: members, groups }, { memberships: memberships(user), groups: groupMembers(user) }),
    ];
    if (differing.length === 0) return;
    const line = `user ${id}: ${differing.join(', ')}`;
    if (!update) {
      report.different.push(line);
      return;
    }
    await transaction.update(
      UserEntity,
      { id },
      {
        ...userColumns(user),
        ...(newPassword && user.password !== undefined
          ? { passwordHash: await this.passwords.hash(user.password) }
          : {}),
        ...(differing.includes('disabled') ? { disabledAt: user.disabled ? new Date() : null } : {}),
      },
    );
    if (differing.includes('disabled')) await this.endings.ofUser(transaction, id);
    else if (newPassword) await this.endings.ofPassword(transaction, id);
    await this.updateMemberships(transaction, user);
    await transaction.delete(GroupMemberEntity, { userId: id });
    await transaction.insert(GroupMemberEntity, groupMembers(user));
    const subject = `${user.domain}:${id}`;
    await audit({ action: 'user.update', subject, orgId: user.defaultOrg, changed: differing });
    report.changed.push(line);
  }

  /** As the administration does: whoever leaves an org and comes back has none of its tokens back. */
  private async updateMemberships(transaction: EntityManager, user: SeedUser): Promise<void> {
    const present = await transaction.findBy(MembershipEntity, { userId: user.id });
    const declared = memberships(user);
    const isOf = (orgId: string) => (one: { readonly orgId: string }) => one.orgId === orgId;
    for (const { orgId } of present.filter(({ orgId }) => !declared.some(isOf(orgId)))) {
      await this.endings.ofMember(transaction, user.id, orgId);
      await transaction.delete(MembershipEntity, { userId: user.id, orgId });
    }
    for (const membership of declared) {
      if (present.some(isOf(membership.orgId))) {
        await transaction.update(MembershipEntity, { userId: user.id, orgId: membership.orgId }, membership);
      } else {
        await transaction.insert(MembershipEntity, { ...membership, tokensValidFrom: new Date() });
      }
    }
  }

  private async isNewPassword({ password }: SeedUser, { passwordHash }: UserEntity): Promise<boolean> {
    if (password === undefined) return false;
    return !(await this.passwords.verify(password, passwordHash ?? undefined));
  }
}

function userColumns(user: SeedUser) {
  return {
    domain: user.domain,
    ...accountColumns(user),
    defaultOrgId: user.defaultOrg,
    platformPermissions: user.platformPermissions,
  };
}

/** What a seed file says of a membership. */
type Membership = Pick<MembershipEntity, 'userId' | 'orgId' | 'roles' | 'serviceRoles'>;

function declarable({ userId, orgId, roles, serviceRoles }: MembershipEntity): Membership {
  return { userId, orgId, roles, serviceRoles };
}

/** By org, the default org always among them. */
function memberships({ id, defaultOrg, memberships: declared }: SeedUser): Membership[] {
  const ofDefault = declared.some(({ org }) => org === defaultOrg)
    ? []
    : [{ org: defaultOrg, roles: ['org_member'], serviceRoles: [] }];
  return [...declared, ...ofDefault]
    .map(({ org, roles, serviceRoles }) => ({ userId: id, orgId: org, roles, serviceRoles }))
    .sort(by('orgId'));
}

function groupMembers({ id, groups }: SeedUser): GroupMemberEntity[] {
  return [...new Set(groups)].map((groupId) => ({ groupId, userId: id })).sort(by('groupId'));
}

/** By code units, here and not in the database, whose collation may be any. */
function by<Column extends string>(column: Column) {
  return (one: Record<Column, string>, other: Record<Column, string>) => (one[column] < other[column] ? -1 : 1);
}
