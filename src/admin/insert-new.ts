import type { DeepPartial, EntityManager, EntityTarget, ObjectLiteral } from 'typeorm';
import { unlessTaken } from './unless-taken';

/**
 * Inserts what must not be there yet, of the things of `/admin`.
 * @param name for the message, such as `domain acme.example`
 * @throws {GatehouseError} `state_conflict`
 */
export async function insertNew<E extends ObjectLiteral>(
  transaction: EntityManager,
  entity: EntityTarget<E>,
  columns: DeepPartial<E>,
  name: string,
): Promise<void> {
  const store = transaction.getRepository(entity);
  await unlessTaken(`There is a ${name} already.`, store.insert(store.create(columns)));
}
