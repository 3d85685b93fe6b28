import { z } from 'zod';
import { ORG_ROLES } from '../../access/access.decorator';
import type { MembershipEntity } from '../../users/membership.entity';
import { orgPermission } from '../../services/permission-names';
import { givenServiceRole } from '../../users/account';

const MOST_ROLES = 50;
const MOST_SERVICE_ROLES = 200;

/** With or without `csp:`; what the platform's operators may is nobody's role in an org. */
export const orgRoleName = z.enum(ORG_ROLES.flatMap((role) => [role, orgPermission(role)]));
const orgRole = orgRoleName.transform((role) => role.replace(/^csp:/, ''));
const serviceRoleName = givenServiceRole.omit({ resources: true });
const roles = z.array(orgRole).max(MOST_ROLES);
const serviceRoles = z.array(givenServiceRole).max(MOST_SERVICE_ROLES);

/** All that a member is to have. */
export const wholeRoles = z.strictObject({ roles, serviceRoles: serviceRoles.default([]) });

/** What a new member has. */
export const firstRoles = {
  roles: roles.default(['org_member']),
  serviceRoles: serviceRoles.default([]),
};

export const rolesChange = z.strictObject({
  rolesToAdd: roles.default([]),
  // Whatever there is, however it came there.
  rolesToRemove: z.array(z.string().max(255)).max(MOST_ROLES).default([]),
  serviceRolesToAdd: serviceRoles.default([]),
  serviceRolesToRemove: z.array(serviceRoleName).max(MOST_SERVICE_ROLES).default([]),
});

export const shownRoles = z.object({
  roles: z.array(z.string()),
  serviceRoles: z.array(
    z.object({
      serviceDefinitionId: z.string(),
      role: z.string(),
      resources: z.array(z.string()).readonly().optional(),
    }),
  ),
});
export type Roles = Pick<MembershipEntity, 'roles' | 'serviceRoles'>;

export function showRoles({ roles: ofOrg, serviceRoles: ofServices }: Roles): Roles {
  return { roles: ofOrg, serviceRoles: ofServices };
}

/** For the audit trail. */
export function inWords({ roles: ofOrg, serviceRoles: ofServices }: Roles): string {
  const names = [...ofOrg, ...ofServices.map((held) => `${held.serviceDefinitionId}/${held.role}`)];
  return `roles: ${names.join(', ') || 'none'}`;
}
