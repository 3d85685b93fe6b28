import type { EntityManager } from 'typeorm';
import { ClientEntity } from '../../clients/client.entity';
import { GatehouseError } from '../../errors/gatehouse-error';
import { OrgEntity } from '../../orgs/org.entity';

/** Which client someone administers. */
export interface ClientKey {
  readonly orgId: string;
  readonly clientId: string;
}

/** @throws {GatehouseError} `not_found`, also for another org's; `state_conflict` while it is being deleted */
export async function findClient(manager: EntityManager, { orgId, clientId }: ClientKey): Promise<ClientEntity> {
  return present(await manager.findOneBy(ClientEntity, { id: clientId, orgId }));
}

/** {@link findClient}, which nobody else changes until the transaction is over. */
export async function lockClient(transaction: EntityManager, { orgId, clientId }: ClientKey): Promise<ClientEntity> {
  // Not against new logins, which refer to it: who begins one may hold what is ended here.
  const lock = { mode: 'for_no_key_update' } as const;
  return present(await transaction.findOne(ClientEntity, { where: { id: clientId, orgId }, lock }));
}

/** @throws {GatehouseError} `not_found` */
export async function requireOrg(manager: EntityManager, orgId: string): Promise<void> {
  if (!(await manager.existsBy(OrgEntity, { id: orgId }))) throw nothing();
}

/**
 * Holds the org until the transaction is over: what is added to it must not come after its things were deleted.
 * @throws {GatehouseError} `not_found`, `state_conflict` while it is being deleted
 */
export async function holdOrg(transaction: EntityManager, orgId: string): Promise<void> {
  const org = await transaction.findOne(OrgEntity, { where: { id: orgId }, lock: { mode: 'pessimistic_read' } });
  if (org === null) throw nothing();
  if (org.deletingSince !== null) throw new GatehouseError('state_conflict', `Org ${orgId} is being deleted.`);
}

function present(client: ClientEntity | null): ClientEntity {
  if (client === null) throw nothing();
  if (client.deletingSince !== null)
    throw new GatehouseError('state_conflict', `Client ${client.id} is being deleted.`);
  return client;
}

function nothing(): GatehouseError {
  return new GatehouseError('not_found', 'There is no such thing, or it is not yours.');
}
