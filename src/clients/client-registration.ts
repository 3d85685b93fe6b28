import { z } from 'zod';
import { SIGNING_ALGS } from '../keys/signing-alg';
import { CLIENT_ID, REFRESH_TOKEN_POLICIES } from './client';
import { redirectUriFault } from './redirect-uri';

const DEFAULT_ACCESS_TOKEN_SECONDS = 600;
const DEFAULT_REFRESH_TOKEN_SECONDS = 90 * 24 * 3_600;
const LARGEST_INT32 = 2_147_483_647;

/** A public client has nothing to prove itself with, so that only a login can speak for its user. */
const GRANTS_OF_PUBLIC_CLIENTS = ['authorization_code', 'refresh_token'];

/** RFC 6749 section 3.3. */
const scopeToken = z.string().regex(/^[\x21\x23-\x5B\x5D-\x7E]{1,255}$/, 'must be a scope of RFC 6749 section 3.3');
const name = z.string().min(1).max(255);
const clientId = z.string().regex(CLIENT_ID, 'must be letters, digits, _ and - only');
const seconds = z.int().min(1).max(LARGEST_INT32);
const redirectUri = z
  .string()
  .max(2_048)
  .superRefine((uri, context) => {
    const fault = redirectUriFault(uri);
    if (fault !== undefined) context.addIssue({ code: 'custom', message: fault });
  });
const roles = z.array(
  z.union([
    scopeToken.transform((roleName) => ({ name: roleName })),
    z.strictObject({ name: scopeToken, resources: z.array(name).optional() }),
  ]),
);
const permissions = z.array(
  z.union([
    scopeToken.transform((permissionId) => ({ name: permissionId })),
    z
      .strictObject({ permissionId: scopeToken, resources: z.array(name).optional() })
      .transform(({ permissionId, ...rest }) => ({ name: permissionId, ...rest })),
  ]),
);

/** Roles and permissions are named alike in `perms`, so that a client has them in one list. */
const carried = {
  allRoles: z.boolean().optional(),
  allPermissions: z.boolean().optional(),
  roles: roles.default([]),
  permissions: permissions.default([]),
};

function merged(given: { allRoles?: boolean; allPermissions?: boolean; roles: Carried[]; permissions: Carried[] }) {
  const all = given.allRoles === true || given.allPermissions === true;
  return { roles: [...given.roles, ...given.permissions], ...(all ? { allRoles: true } : {}) };
}

interface Carried {
  readonly name: string;
  readonly resources?: string[] | undefined;
}

const allowedScopes = z
  .strictObject({
    generalScopes: z.array(scopeToken).default([]),
    organizationScopes: z.strictObject(carried).transform(merged).default({ roles: [] }),
    servicesScopes: z
      .array(
        z
          .strictObject({ serviceDefinitionId: scopeToken, ...carried })
          .transform(({ serviceDefinitionId, ...given }) => ({ serviceDefinitionId, ...merged(given) })),
      )
      .default([]),
  })
  .default({ generalScopes: [], organizationScopes: { roles: [] }, servicesScopes: [] });

/** The OAuth client of the Cloud Services' API, field by field. {@link obeyClientRules} has what they owe each other. */
export const clientShape = z.strictObject({
  id: clientId,
  secret: z.string().min(1).max(1_024).optional().describe('In plain. Absent: generated for a confidential client.'),
  displayName: z.string().max(255).default(''),
  description: z.string().max(4_096).default(''),
  grantTypes: z.array(name).default([]),
  redirectUris: z.array(redirectUri).default([]).describe('Matched exactly; a loopback address matches any port.'),
  postLogoutRedirectUris: z.array(redirectUri).default([]),
  accessTokenTTL: seconds.default(DEFAULT_ACCESS_TOKEN_SECONDS).describe('Seconds.'),
  refreshTokenTTL: seconds.default(DEFAULT_REFRESH_TOKEN_SECONDS).describe('Seconds, more than accessTokenTTL.'),
  allowedScopes,
  allowedOrgs: z.array(name).default([]).describe('Orgs beside its own for which the client may get tokens.'),
  allowedActorsClientDelegate: z.array(clientId).default([]),
  allowedActorsClientExchange: z.array(clientId).default([]),
  allowedActorsAudienceExchange: z.array(clientId).default([]),
  forcePkce: z.boolean().default(false),
  publicClient: z.boolean().default(false).describe('Has no secret: authorization code with PKCE, and refresh.'),
  maxGroupsInIdToken: z.int().min(0).max(LARGEST_INT32).optional(),
  refreshTokenPolicy: z.enum(REFRESH_TOKEN_POLICIES).optional().describe('Default: static; public clients rotate.'),
  trustedProxy: z.boolean().default(false).describe('May name the address of the caller behind it.'),
  signingAlg: z.enum(SIGNING_ALGS).default('RS256'),
});

type Shaped = z.output<typeof clientShape>;
/** Of a client that is there already the secret is not known. */
type RuledClient = Omit<Shaped, 'id' | 'secret'> & Pick<Partial<Shaped>, 'secret'>;

/** What the fields of a client owe each other, wherever it comes from. */
export function obeyClientRules(client: RuledClient, context: z.RefinementCtx): void {
  const fault = (path: keyof RuledClient, message: string) =>
    context.addIssue({ code: 'custom', path: [path], message });
  if (client.refreshTokenTTL <= client.accessTokenTTL) fault('refreshTokenTTL', 'must be more than accessTokenTTL');
  if (!client.publicClient) return;
  if (client.secret !== undefined) fault('secret', 'a public client has none');
  if (client.refreshTokenPolicy === 'static') fault('refreshTokenPolicy', 'a public client rotates its refresh tokens');
  if (client.trustedProxy) fault('trustedProxy', 'a public client cannot be trusted with it');
  if (!client.grantTypes.every((grant) => GRANTS_OF_PUBLIC_CLIENTS.includes(grant))) {
    fault('grantTypes', `a public client has only ${GRANTS_OF_PUBLIC_CLIENTS.join(' and ')}`);
  }
}

/** A client and the rules that it must obey. */
export const clientRegistrationSchema = clientShape.superRefine(obeyClientRules);

export type ClientRegistration = z.output<typeof clientRegistrationSchema>;
