import { z } from 'zod';
import { PLATFORM_ROLES } from '../access/access.decorator';
import { orgRoleName } from '../admin/users/membership.shape';
import { apiTokenFields } from '../api-tokens/api-token.shape';
import { clientRegistrationSchema } from '../clients/client-registration';
import { thingId as id, thingName as name } from '../database/field-rules';
import { orgFields } from '../orgs/org-fields';
import { orgPermission } from '../services/permission-names';
import { serviceDefinitionShape } from '../services/service-definition.shape';
import { hasKeysOnce, KEYS_ONCE, trustedIssuerShape } from '../trust/trusted-issuer.shape';
import { accountFields, domainName, givenServiceRole, password } from '../users/account';
import { domainShape } from '../users/domain.shape';

const org = z.strictObject({ id, ...orgFields });

const group = z.strictObject({ id, name, org: id });

const membership = z.strictObject({
  org: id,
  roles: z.array(orgRoleName).default([]),
  serviceRoles: z.array(givenServiceRole).default([]),
});

const user = z.strictObject({
  id,
  domain: domainName,
  username: accountFields.username,
  email: accountFields.email,
  password: password.optional().describe('In plain. Absent: nobody can log in with a password.'),
  givenName: accountFields.givenName,
  familyName: accountFields.familyName,
  defaultOrg: id.describe('The user is a member of it, even if the memberships do not say so.'),
  disabled: z.boolean().default(false),
  groups: z.array(id).default([]),
  platformPermissions: z.array(z.literal(PLATFORM_ROLES.map(orgPermission))).default([]),
  memberships: z
    .array(membership)
    .default([])
    .refine((all) => new Set(all.map(({ org }) => org)).size === all.length, 'names an org twice'),
});

const client = clientRegistrationSchema.safeExtend({ org: id.describe('Id of the org that owns the client.') });

const apiToken = z.strictObject({
  user: z.string().regex(/^[^\\]+\\.+$/, 'must be domain\\username'),
  org: id,
  name: apiTokenFields.name,
  token: z.string().min(16).max(1_024).describe('In plain.'),
  scopes: apiTokenFields.scopes.describe('Absent: all that the user may.'),
  expiresAt: apiTokenFields.expiresAt,
});

const IDENTITY = {
  orgs: 'id',
  domains: 'name',
  serviceDefinitions: 'id',
  groups: 'id',
  users: 'id',
  clients: 'id',
  trustedIssuers: 'issuer',
} as const;

/** @param world perhaps not of the shape that it should have */
function refuseTwins(world: unknown, context: z.RefinementCtx): void {
  const valuesOf = (kind: keyof typeof IDENTITY) => listIn(world, kind).map((thing) => memberOf(thing, IDENTITY[kind]));
  const fault = (kind: keyof typeof IDENTITY, index: number, message: string) =>
    context.addIssue({ code: 'custom', path: [kind, index, IDENTITY[kind]], message });
  for (const kind of Object.keys(IDENTITY) as (keyof typeof IDENTITY)[]) {
    const values = valuesOf(kind);
    values.forEach((value, index) => {
      if (value !== undefined && values.indexOf(value) < index) fault(kind, index, 'stands twice in this file');
    });
  }
  // `sub` could mean either.
  const userIds = new Set(valuesOf('users'));
  valuesOf('clients').forEach((value, index) => {
    if (value !== undefined && userIds.has(value)) fault('clients', index, 'is the id of a user');
  });
}

function listIn(world: unknown, kind: string): unknown[] {
  const list = memberOf(world, kind);
  return Array.isArray(list) ? list : [];
}

function memberOf(thing: unknown, name: string): unknown {
  return typeof thing === 'object' && thing !== null ? Reflect.get(thing, name) : undefined;
}

/** What a seed file declares. Published as seed.schema.json. */
export const worldSchema = z
  .strictObject({
    orgs: z.array(org).default([]),
    domains: z.array(domainShape).default([]),
    serviceDefinitions: z.array(serviceDefinitionShape).default([]),
    groups: z.array(group).default([]),
    users: z.array(user).default([]),
    clients: z.array(client).default([]),
    trustedIssuers: z.array(trustedIssuerShape.refine(hasKeysOnce, KEYS_ONCE)).default([]),
    apiTokens: z.array(apiToken).default([]),
  })
  // Also when something else is wrong: all faults are told at once.
  .superRefine(refuseTwins, { when: () => true });

export type World = z.output<typeof worldSchema>;
