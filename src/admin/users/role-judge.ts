import type { OrgRole, PlatformRole } from '../../access/access.decorator';
import type { Caller } from '../../access/caller';
import { GatehouseError } from '../../errors/gatehouse-error';
import { orgPermission } from '../../services/permission-names';
import type { MembershipEntity } from '../../users/membership.entity';
import type { UserEntity } from '../../users/user.entity';

const OWNER = orgPermission('org_owner');

export function isOwner(roles: readonly string[]): boolean {
  return roles.map(orgPermission).includes(OWNER);
}

export function isOperator(caller: Caller): boolean {
  return holds(caller, 'platform_operator');
}

/**
 * Nobody gives or takes what is more than it has itself.
 * @throws {GatehouseError} `insufficient_scope`
 */
export function judgeRoles(caller: Caller, before: readonly string[], after: readonly string[]): void {
  if (isOwner(before) === isOwner(after) || isOperator(caller) || holds(caller, 'org_owner')) return;
  throw new GatehouseError('insufficient_scope', 'Only an owner of the organization gives or takes org_owner.');
}

/**
 * Whoever changes an account can become its user, by a new password for one: so it has to have what the user has.
 * @param memberships all that the user has
 * @throws {GatehouseError} `insufficient_scope`
 */
export function judgeAccount(caller: Caller, user: UserEntity, memberships: readonly MembershipEntity[]): void {
  if (isOperator(caller)) return;
  if (user.platformPermissions.length > 0) {
    throw new GatehouseError('insufficient_scope', 'Only a platform operator changes one who may act on the platform.');
  }
  if (memberships.some(({ roles }) => isOwner(roles)) && !holds(caller, 'org_owner')) {
    throw new GatehouseError('insufficient_scope', 'Only an owner changes the account of an owner.');
  }
}

/**
 * What touches all that owners have, too, is for those who are one.
 * @throws {GatehouseError} `insufficient_scope`
 */
export function requireOwner(caller: Caller): void {
  if (isOperator(caller) || holds(caller, 'org_owner')) return;
  throw new GatehouseError('insufficient_scope', 'Only an owner of the organization does that.');
}

function holds(caller: Caller, role: OrgRole | PlatformRole): boolean {
  return caller.permissions.includes(orgPermission(role));
}
