import type { EntityManager } from 'typeorm';
import { GatehouseError } from '../../errors/gatehouse-error';
import { DomainEntity } from '../../users/domain.entity';
import { MembershipEntity } from '../../users/membership.entity';
import { UserEntity } from '../../users/user.entity';

export interface FoundMember {
  readonly user: UserEntity;
  readonly membership: MembershipEntity;
}

/** @throws {GatehouseError} `not_found` for who is no member of the org, whether there is such a user or not */
export async function foundMember(manager: EntityManager, orgId: string, userId: string): Promise<FoundMember> {
  const membership = await manager.findOneBy(MembershipEntity, { userId, orgId });
  const user = await manager.findOneBy(UserEntity, { id: userId });
  if (user === null || membership === null) throw noSuchThing();
  return { user, membership };
}

/**
 * {@link foundMember}, kept as it is until the transaction is over. Always the user first: two that lock the same
 * would else wait for each other.
 * @throws {GatehouseError} `not_found`
 */
export async function lockedMember(transaction: EntityManager, orgId: string, userId: string): Promise<FoundMember> {
  const user = await lockedUser(transaction, userId);
  const membership = await transaction.findOneBy(MembershipEntity, { userId, orgId });
  if (user === null || membership === null) throw noSuchThing();
  return { user, membership };
}

export function lockedUser(transaction: EntityManager, id: string): Promise<UserEntity | null> {
  return transaction.findOne(UserEntity, { where: { id }, lock: { mode: 'for_no_key_update' } });
}

/** Is the user of a domain of the org, so that the org keeps its account? */
export function isOfOrg(manager: EntityManager, { domain }: UserEntity, orgId: string): Promise<boolean> {
  return manager.existsBy(DomainEntity, { name: domain, orgId });
}

export function noSuchThing(): GatehouseError {
  return new GatehouseError('not_found', 'There is no such thing, or it is not yours.');
}
