import { type EntityManager, In } from 'typeorm';
import { GatehouseError } from '../../errors/gatehouse-error';
import { ServiceDefinitionEntity } from '../../services/service-definition.entity';
import type { ServiceRole } from '../../users/membership.entity';

/**
 * @param held what someone has already, even of a service that has changed since
 * @throws {GatehouseError} `invalid_request` that names the roles which no service definition has
 */
export async function requireKnownServiceRoles(
  transaction: EntityManager,
  wanted: readonly ServiceRole[],
  held: readonly ServiceRole[] = [],
): Promise<void> {
  const added = wanted.filter((role) => !held.some((one) => sameServiceRole(one, role)));
  if (added.length === 0) return;
  const ids = added.map(({ serviceDefinitionId }) => serviceDefinitionId);
  const definitions = await transaction.findBy(ServiceDefinitionEntity, { id: In(ids) });
  const unknown = added.filter(
    ({ serviceDefinitionId, role }) =>
      !definitions.some(({ id, roles }) => id === serviceDefinitionId && roles.some(({ name }) => name === role)),
  );
  if (unknown.length === 0) return;
  const names = unknown.map(({ serviceDefinitionId, role }) => `${role} of ${serviceDefinitionId}`);
  throw new GatehouseError('invalid_request', `serviceRoles: there is no ${names.join(', ')}.`);
}

export function sameServiceRole(
  one: Pick<ServiceRole, 'serviceDefinitionId' | 'role'>,
  other: Pick<ServiceRole, 'serviceDefinitionId' | 'role'>,
): boolean {
  return one.serviceDefinitionId === other.serviceDefinitionId && one.role === other.role;
}
