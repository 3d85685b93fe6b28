import { type EntityManager, IsNull } from 'typeorm';
import { GatehouseError } from '../errors/gatehouse-error';
import { OrgEntity } from '../orgs/org.entity';

/**
 * Sees to it that an org that something is to belong to stays until the transaction ends.
 * @throws {GatehouseError} `invalid_request` when there is none, or it is being deleted
 */
export async function requireOrg(transaction: EntityManager, id: string): Promise<void> {
  const org = await transaction.findOne(OrgEntity, {
    where: { id, deletingSince: IsNull() },
    lock: { mode: 'pessimistic_read' },
  });
  if (org === null) throw new GatehouseError('invalid_request', `org: there is no org ${id}.`);
}
