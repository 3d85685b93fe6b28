import { type EntityManager, In } from 'typeorm';
import { ClientEntity } from '../clients/client.entity';
import type { GrantTypeRegistry } from '../grants/grant-type.registry';
import type { World } from './world.schema';

/** Names of grants that extensions bring are absolute URIs: one may be installed later, or in another process only. */
const OF_AN_EXTENSION = /^[a-z][a-z0-9+.-]*:/i;

/**
 * Grants of the file's clients that there cannot be. What a client has already may stay, as it may where clients are
 * administered.
 */
export async function clientFaults(
  { clients }: World,
  transaction: EntityManager,
  grants: GrantTypeRegistry,
): Promise<string[]> {
  const kept = await transaction.findBy(ClientEntity, { id: In(clients.map(({ id }) => id)) });
  return clients.flatMap(({ id, grantTypes }) => {
    const before = kept.find((client) => client.id === id)?.grantTypes ?? [];
    const missing = grantTypes.filter(
      (grant) => grants.named(grant) === undefined && !OF_AN_EXTENSION.test(grant) && !before.includes(grant),
    );
    return missing.map((grant) => `client ${id}: there is no grant ${grant}`);
  });
}
