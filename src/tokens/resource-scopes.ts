import { z } from 'zod';
import { isStorable, UNSTORABLE } from '../database/field-rules';
import { GatehouseError } from '../errors/gatehouse-error';
import type { ServiceDefinitionEntity } from '../services/service-definition.entity';
import type { ServiceRole } from '../users/membership.entity';
import type { ServiceScope } from './issuance';

const text = z.string().min(1).max(255).refine(isStorable, UNSTORABLE);
const MOST = 100;

/** The Cloud Services' ServicesPermissionsScopesDto. */
const dtoSchema = z.object({
  servicesScopes: z
    .array(
      z.object({
        serviceDefinitionId: text,
        permissions: z
          .array(z.object({ permissionId: text, resources: z.array(text).max(MOST).default([]) }))
          .max(MOST),
      }),
    )
    .max(MOST),
});

/**
 * The permissions on resources that a request asks to be narrowed to, from its JSON text.
 * @throws {GatehouseError} `invalid_request`
 */
export function readResourceScopes(name: string, json: string): ServiceScope[] {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw new GatehouseError('invalid_request', `${name} is no valid JSON.`);
  }
  const parsed = dtoSchema.safeParse(value);
  if (parsed.success) return parsed.data.servicesScopes;
  const [issue] = parsed.error.issues;
  throw new GatehouseError('invalid_request', `${name} has a fault at ${issue?.path.join('.') || 'its top'}.`);
}

/**
 * The permissions asked for, if all are held; a permission without resources stands for all that are held of it.
 * @param roles those that the token may carry
 * @throws {GatehouseError} `invalid_scope`
 */
export function narrowResourceScopes(
  asked: readonly ServiceScope[],
  roles: readonly ServiceRole[],
  definitions: readonly ServiceDefinitionEntity[],
): ServiceScope[] {
  return asked.map(({ serviceDefinitionId, permissions }) => ({
    serviceDefinitionId,
    permissions: permissions.map(({ permissionId, resources }) => {
      const held = heldResources(serviceDefinitionId, permissionId, roles, definitions);
      const reaches = (resource: string) => held.includes(resource) || held.includes('*');
      if (held.length === 0 || !resources.every(reaches)) {
        throw new GatehouseError('invalid_scope', 'A permission was asked for that is not held.', {
          detail: `${serviceDefinitionId}/${permissionId} is not held on all resources asked for`,
        });
      }
      return { permissionId, resources: resources.length === 0 ? held : resources };
    }),
  }));
}

function heldResources(
  serviceDefinitionId: string,
  permissionId: string,
  roles: readonly ServiceRole[],
  definitions: readonly ServiceDefinitionEntity[],
): string[] {
  const definition = definitions.find(({ id }) => id === serviceDefinitionId);
  const held = roles
    .filter((role) => role.serviceDefinitionId === serviceDefinitionId)
    .flatMap((role) => {
      const permissions = definition?.roles.find(({ name }) => name === role.role)?.permissions ?? [];
      return permissions
        .filter((permission) => permission.permissionId === permissionId)
        .flatMap((permission) => reachOf(permission.resources, role.resources));
    });
  return [...new Set(held)];
}

/** What a role reaches: the resources of its permission, narrowed to those that the member has the role on. */
function reachOf(ofPermission: readonly string[], ofMember: readonly string[] | undefined): readonly string[] {
  if (ofMember === undefined || ofMember.includes('*')) return ofPermission;
  if (ofPermission.includes('*')) return ofMember;
  return ofMember.filter((resource) => ofPermission.includes(resource));
}
