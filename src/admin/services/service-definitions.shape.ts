import { z } from 'zod';
import type { ServiceDefinitionEntity } from '../../services/service-definition.entity';
import { serviceDefinitionShape } from '../../services/service-definition.shape';

export const newServiceDefinition = serviceDefinitionShape;

/** What can be changed of a service definition. */
export const serviceDefinitionSettings = serviceDefinitionShape.omit({ id: true });

/** A service definition as it is shown. */
export const shownServiceDefinition = z.object({
  id: z.string(),
  name: z.string(),
  roles: z.array(
    z.object({
      name: z.string(),
      permissions: z.array(z.object({ permissionId: z.string(), resources: z.array(z.string()) })),
    }),
  ),
});

export type ShownServiceDefinition = z.output<typeof shownServiceDefinition>;

/** Member by member: jsonb keeps them in an order of its own, and the entity tag must not depend on that. */
export function showServiceDefinition({ id, name, roles }: ServiceDefinitionEntity): ShownServiceDefinition {
  return {
    id,
    name,
    roles: roles.map((role) => ({
      name: role.name,
      permissions: role.permissions.map(({ permissionId, resources }) => ({ permissionId, resources: [...resources] })),
    })),
  };
}
