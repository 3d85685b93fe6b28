import { type EntityManager, In } from 'typeorm';
import { sameServiceRole } from '../admin/users/known-service-roles';
import { ServiceDefinitionEntity } from '../services/service-definition.entity';
import { MembershipEntity } from '../users/membership.entity';
import type { World } from './world.schema';

/**
 * Roles that users of the file are to have, and that their service does not know. A service that nobody knows may be
 * defined later. What someone has already may stay, even of a service that has changed since.
 */
export async function serviceRoleFaults(
  { serviceDefinitions, users }: World,
  transaction: EntityManager,
): Promise<string[]> {
  const wanted = users.flatMap(({ id: userId, memberships }) =>
    memberships.flatMap(({ org: orgId, serviceRoles }) => serviceRoles.map((given) => ({ userId, orgId, given }))),
  );
  const kept = await transaction.findBy(ServiceDefinitionEntity, {
    id: In(wanted.map(({ given }) => given.serviceDefinitionId)),
  });
  const known = [...serviceDefinitions, ...kept].flatMap(({ id: serviceDefinitionId, roles }) =>
    roles.map(({ name: role }) => ({ serviceDefinitionId, role })),
  );
  const services = new Set([...serviceDefinitions, ...kept].map(({ id }) => id));
  const memberships = await transaction.findBy(MembershipEntity, { userId: In(wanted.map(({ userId }) => userId)) });
  const isHeld = ({ userId, orgId, given }: (typeof wanted)[number]) =>
    memberships
      .filter((one) => one.userId === userId && one.orgId === orgId)
      .some(({ serviceRoles }) => serviceRoles.some((held) => sameServiceRole(held, given)));
  return wanted
    .filter(({ given }) => services.has(given.serviceDefinitionId))
    .filter((one) => !known.some((role) => sameServiceRole(role, one.given)) && !isHeld(one))
    .map(({ userId, given }) => `user ${userId}: there is no role ${given.role} of ${given.serviceDefinitionId}`);
}
