import { z } from 'zod';
import { clientRegistrationSchema } from '../clients/client-registration';
import { logoFault } from '../orgs/logo';

const id = z.string().regex(/^[A-Za-z0-9._:-]{1,255}$/, 'must be letters, digits, dots, colons, _ and - only');
const name = z.string().min(1).max(255);
const scope = z.string().regex(/^[\x21\x23-\x5B\x5D-\x7E]{1,255}$/, 'must be a scope of RFC 6749 section 3.3');
const moment = z.iso.datetime({ offset: true }).transform((text) => new Date(text));

const org = z.strictObject({
  id,
  name: name.describe('Short, for claims such as prn.'),
  displayName: name.optional().describe('Default: the name.'),
  logo: z
    .string()
    .max(65_536)
    .superRefine((url, context) => {
      const fault = logoFault(url);
      if (fault !== undefined) context.addIssue({ code: 'custom', message: fault });
    })
    .optional()
    .describe('Image for the login pages: an https URL, or a data URL.'),
});

/** No colon: in a subject it ends the domain. */
const domainName = z.string().regex(/^[A-Za-z0-9._-]{1,255}$/, 'must be letters, digits, dots, _ and - only');

const domain = z.strictObject({ name: domainName, displayName: name.optional(), org: id });

const serviceDefinition = z.strictObject({
  id,
  name: name.optional().describe('Default: the id.'),
  roles: z
    .array(
      z.strictObject({
        name: scope,
        permissions: z
          .array(z.strictObject({ permissionId: scope, resources: z.array(name).default(['*']) }))
          .default([])
          .describe('`*` among the resources stands for all.'),
      }),
    )
    .default([]),
});

const group = z.strictObject({ id, name, org: id });

const membership = z.strictObject({
  org: id,
  roles: z.array(scope).default([]).describe('Such as org_owner.'),
  serviceRoles: z
    .array(z.strictObject({ serviceDefinitionId: id, role: scope, resources: z.array(name).optional() }))
    .default([]),
});

const user = z.strictObject({
  id,
  domain: domainName,
  username: name,
  email: z.string().max(255).default(''),
  password: z.string().min(1).max(1_024).optional().describe('In plain. Absent: nobody can log in with a password.'),
  givenName: z.string().max(255).default(''),
  familyName: z.string().max(255).default(''),
  defaultOrg: id.describe('The user is a member of it, even if the memberships do not say so.'),
  disabled: z.boolean().default(false),
  groups: z.array(id).default([]),
  platformPermissions: z.array(scope).default([]),
  memberships: z
    .array(membership)
    .default([])
    .refine((all) => new Set(all.map(({ org }) => org)).size === all.length, 'names an org twice'),
});

const client = clientRegistrationSchema.safeExtend({ org: id.describe('Id of the org that owns the client.') });

const trustedIssuer = z
  .strictObject({
    issuer: name,
    org: id.describe('Only members of this org can be asserted.'),
    jwks: z.object({ keys: z.array(z.looseObject({ kty: z.string() })).min(1) }).optional(),
    jwksUri: z.url({ protocol: /^https?$/ }).optional(),
    allowPrivateAddress: z.boolean().default(false).describe('Whether jwksUri may lead to a private address.'),
    subjectClaim: name.default('sub').describe('Claim that holds a user id, e-mail address or user name.'),
  })
  .refine(({ jwks, jwksUri }) => (jwks === undefined) !== (jwksUri === undefined), 'needs jwks or jwksUri, not both');

const apiToken = z.strictObject({
  user: z.string().regex(/^[^\\]+\\.+$/, 'must be domain\\username'),
  org: id,
  name,
  token: z.string().min(16).max(1_024).describe('In plain.'),
  scopes: z.array(scope).optional().describe('Absent: all that the user may.'),
  expiresAt: moment.optional(),
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
    domains: z.array(domain).default([]),
    serviceDefinitions: z.array(serviceDefinition).default([]),
    groups: z.array(group).default([]),
    users: z.array(user).default([]),
    clients: z.array(client).default([]),
    trustedIssuers: z.array(trustedIssuer).default([]),
    apiTokens: z.array(apiToken).default([]),
  })
  // Also when something else is wrong: all faults are told at once.
  .superRefine(refuseTwins, { when: () => true });

export type World = z.output<typeof worldSchema>;
