import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { z } from 'zod';
import { GatehouseError } from '../../errors/gatehouse-error';
import { userName } from '../../tokens/subject-name';
import { accountColumns } from '../../users/account';
import { MembershipEntity } from '../../users/membership.entity';
import { PasswordHasher } from '../../users/password-hasher';
import { UserEntity } from '../../users/user.entity';
import { Administration, type Administrator } from '../administration';
import { Endings } from '../endings';
import { type Conditional, requireMatch } from '../entity-tag';
import { parsed } from '../json-body';
import { mergePatch } from '../merge-patch';
import { foundMember, isOfOrg, lockedMember } from './found-member';
import { requireOtherOwner } from './owners-left';
import { isOperator, isOwner, judgeAccount } from './role-judge';
import { unlessTaken } from '../unless-taken';
import { type ShownUser, showUser, userPatch, userSettings } from './user.shape';

type Settings = z.output<typeof userSettings>;

/** Changes the accounts of people. */
@Injectable()
export class AccountAdministration {
  constructor(
    private readonly administration: Administration,
    private readonly endings: Endings,
    private readonly passwords: PasswordHasher,
  ) {}

  /**
   * @param patch a merge patch of the user's settings
   * @throws {GatehouseError} `not_found`, `invalid_request`, `insufficient_scope`, `precondition_failed`, `state_conflict`
   */
  async change(
    orgId: string,
    userId: string,
    patch: unknown,
    request: Conditional,
    by: Administrator,
  ): Promise<ShownUser> {
    const named = parsed(patch, userPatch);
    // Before the transaction, whose locks others wait for: it is slow.
    const passwordHash = await this.hashOf(named.password);
    const shown = await this.administration.change(by, async (transaction, record) => {
      const { user, membership } = await lockedMember(transaction, orgId, userId);
      requireMatch(request, showUser(user, membership));
      const memberships = await transaction.findBy(MembershipEntity, { userId });
      await this.judge(transaction, by, user, orgId, memberships, named);
      const settings = parsed(mergePatch(presentSettings(user), patch), userSettings);
      requireMembership(memberships, settings.defaultOrg);
      const columns = {
        ...accountColumns(settings),
        defaultOrgId: settings.defaultOrg,
        disabledAt: settings.disabled ? (user.disabledAt ?? new Date()) : null,
        ...(passwordHash === undefined ? {} : { passwordHash }),
        ...(named.platformPermissions === undefined ? {} : { platformPermissions: settings.platformPermissions ?? [] }),
      };
      await unlessTaken(
        'Another user of the domain has this user name.',
        transaction.update(UserEntity, { id: userId }, columns),
      );
      const switched = settings.disabled !== (user.disabledAt !== null);
      if (switched && settings.disabled && !isOperator(by.caller))
        await requireOtherOwner(transaction, userId, ownedBy(memberships));
      if (switched) await this.endings.ofUser(transaction, userId);
      else if (passwordHash !== undefined) await this.endings.ofPassword(transaction, userId);
      await record({ action: 'user.update', orgId, subject: userName(user), reason: reasonOf(patch, settings) });
      const changed = await foundMember(transaction, orgId, userId);
      return showUser(changed.user, changed.membership);
    });
    // Once more: until the commit there may have been logins with the old password.
    if (passwordHash !== undefined) {
      await this.administration.change(by, (transaction) => this.endings.ofPassword(transaction, userId));
    }
    return shown;
  }

  /** Undefined: the password stays; null: nobody can log in with one. */
  private async hashOf(password: string | null | undefined): Promise<string | null | undefined> {
    return typeof password === 'string' ? this.passwords.hash(password) : password;
  }

  private async judge(
    transaction: EntityManager,
    { caller }: Administrator,
    user: UserEntity,
    orgId: string,
    memberships: readonly MembershipEntity[],
    { platformPermissions }: z.output<typeof userPatch>,
  ): Promise<void> {
    if (isOperator(caller)) return;
    if (!(await isOfOrg(transaction, user, orgId))) {
      throw new GatehouseError('insufficient_scope', "Only the organization of the user's domain changes the account.");
    }
    if (platformPermissions !== undefined) {
      throw new GatehouseError('insufficient_scope', 'Only a platform operator changes platformPermissions.');
    }
    judgeAccount(caller, user, memberships);
  }
}

function presentSettings(user: UserEntity): Omit<Settings, 'password' | 'platformPermissions'> {
  const { username, email, givenName, familyName, defaultOrgId, disabledAt } = user;
  return { username, email, givenName, familyName, defaultOrg: defaultOrgId, disabled: disabledAt !== null };
}

function requireMembership(memberships: readonly MembershipEntity[], defaultOrg: string): void {
  if (memberships.some(({ orgId }) => orgId === defaultOrg)) return;
  throw new GatehouseError('invalid_request', 'defaultOrg: the user is no member of it.');
}

function ownedBy(memberships: readonly MembershipEntity[]): string[] {
  return memberships.filter(({ roles }) => isOwner(roles)).map(({ orgId }) => orgId);
}

/** The fields, and what is in them only where it is no one's secret and nothing personal. */
function reasonOf(patch: unknown, { disabled, platformPermissions }: Settings): string {
  const telling = new Map([
    ['disabled', String(disabled)],
    ['platformPermissions', platformPermissions?.join(' ') ?? 'none'],
  ]);
  const fields = Object.keys(patch ?? {}).map((name) => [name, telling.get(name)].filter(Boolean).join(' = '));
  return `changed: ${fields.join(', ')}`;
}
