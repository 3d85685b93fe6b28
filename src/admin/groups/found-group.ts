import type { EntityManager } from 'typeorm';
import { GroupEntity } from '../../users/group.entity';
import { noSuchThing } from '../users/found-member';

/** @throws {GatehouseError} `not_found` */
export async function foundGroup(manager: EntityManager, orgId: string, id: string): Promise<GroupEntity> {
  return present(await manager.findOneBy(GroupEntity, { id, orgId }));
}

/**
 * {@link foundGroup}, kept as it is until the transaction is over.
 * @throws {GatehouseError} `not_found`
 */
export async function lockedGroup(transaction: EntityManager, orgId: string, id: string): Promise<GroupEntity> {
  return present(await transaction.findOne(GroupEntity, { where: { id, orgId }, lock: { mode: 'for_no_key_update' } }));
}

function present(group: GroupEntity | null): GroupEntity {
  if (group === null) throw noSuchThing();
  return group;
}
