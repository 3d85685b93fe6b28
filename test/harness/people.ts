import { DIALECTS, type DialectName } from './dialects';
import { errorMessage, errorName } from './error-shape';
import { type Answer, basic, post } from './http';
import type { Service } from './service';
import type { TestDatabase } from './test-database';

export const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

/**
 * Ada is in two orgs; two people are named bob; eve is disabled. The client portal has all that the tests need, and each
 * other one differs from it in one thing.
 */
export const PEOPLE_WORLD = `
orgs:
  - { id: acme, name: ACME }
  - { id: beta, name: Beta }
  - { id: closed, name: Closed }
domains:
  - { name: acme.example, org: acme }
  - { name: beta.example, org: beta }
serviceDefinitions:
  - { id: tmc, roles: [{ name: "tmc:admin", permissions: [{ permissionId: cluster.manage }] }] }
groups:
  - { id: g-5, name: alpha, org: acme }
  - { id: g-4, name: bravo, org: acme }
  - { id: g-3, name: charlie, org: acme }
  - { id: g-2, name: delta, org: acme }
  - { id: g-1, name: echo, org: acme }
users:
  - id: u-ada
    domain: acme.example
    username: ada
    email: Ada@acme.example
    password: ada-password
    givenName: Ada
    familyName: Lovelace
    defaultOrg: acme
    groups: [g-1, g-2, g-3, g-4, g-5]
    memberships:
      - { org: acme, roles: [org_owner], serviceRoles: [{ serviceDefinitionId: tmc, role: "tmc:admin" }] }
      - { org: beta, roles: [org_member] }
  - { id: u-bob-1, domain: acme.example, username: bob, password: bob-password, defaultOrg: acme, email: bob@acme.example }
  - { id: u-bob-2, domain: beta.example, username: bob, password: bob-password, defaultOrg: beta, email: bob@beta.example }
  - { id: u-carl, domain: acme.example, username: carl, password: carl-password, defaultOrg: acme }
  - { id: u-dora, domain: acme.example, username: dora, password: dora-password, defaultOrg: beta }
  - { id: u-eve, domain: acme.example, username: eve, password: eve-password, defaultOrg: acme, disabled: true }
  - { id: u-finn, domain: beta.example, username: finn, password: finn-password, defaultOrg: beta }
  - { id: u-gwen, domain: acme.example, username: gwen, password: gwen-password, defaultOrg: acme }
clients:
${[
  clientLine('portal'),
  clientLine('roller', { refreshTokenPolicy: 'rotate', signingAlg: 'ES256' }),
  clientLine('other'),
  clientLine('edwards', { signingAlg: 'EdDSA' }),
  clientLine('brief', { grantTypes: ['password'] }),
  clientLine('capped', { maxGroupsInIdToken: 3 }),
  clientLine('off', { grantTypes: ['client_credentials', 'refresh_token'] }),
].join('\n')}
`;

/** A client with all that the tests need, but for `differences`: JSON is YAML, too. */
function clientLine(id: string, differences: object = {}): string {
  const client = {
    id,
    org: 'acme',
    secret: `${id}-secret`,
    grantTypes: ['password', 'refresh_token', JWT_BEARER],
    accessTokenTTL: 300,
    refreshTokenTTL: 86_400,
    allowedScopes: {
      generalScopes: ['openid', 'profile'],
      organizationScopes: { allRoles: true },
      servicesScopes: [{ serviceDefinitionId: 'tmc', allRoles: true }],
    },
    ...differences,
  };
  return `  - ${JSON.stringify(client)}`;
}

export const ADA = { username: 'ada', password: 'ada-password', domain: 'acme.example' };

/** All that ada has in acme, as the token's scope says it. */
export const ADAS_SCOPE = 'openid profile csp:org_owner external/tmc/tmc:admin';

export interface Asking {
  readonly client?: string;
  readonly dialect?: DialectName;
  readonly requestId?: string;
}

/** A token request of a client whose secret is `<id>-secret`, raw as it comes. */
export function ask(base: string, form: Record<string, string>, asking: Asking = {}): Promise<Answer> {
  const { client = 'portal', dialect = 'oauth', requestId } = asking;
  const path = DIALECTS.find((one) => one.dialect === dialect)?.path;
  const headers = { ...basic(client, `${client}-secret`), ...(requestId && { 'X-Request-Id': requestId }) };
  return post(`${base}${path}`, { form, headers });
}

/** Logs in with a password: ada unless told. */
export function logIn(service: Service, form: Record<string, string> = {}, asking: Asking = {}): Promise<Answer> {
  return ask(service.url, { grant_type: 'password', ...ADA, ...form }, asking);
}

/** The refresh token of a new login. */
export async function refreshTokenOf(
  service: Service,
  form: Record<string, string> = {},
  asking: Asking = {},
): Promise<string> {
  const answer = await logIn(service, form, asking);
  expect(answer).toMatchObject({ status: 200, json: { refresh_token: expect.any(String) as string } });
  return String(answer.json.refresh_token);
}

export function refresh(
  service: Service,
  refreshToken: string,
  form: Record<string, string> = {},
  asking: Asking = {},
): Promise<Answer> {
  return ask(service.url, { grant_type: 'refresh_token', refresh_token: refreshToken, ...form }, asking);
}

export interface AuditRow {
  readonly action: string;
  readonly outcome: string;
  readonly error: string | null;
  readonly reason: string | null;
  readonly client_id: string | null;
  readonly subject: string | null;
  readonly family: string | null;
}

/** The events of a request, or of the one that got this answer. */
export function eventsOf(database: TestDatabase, request: string | Answer): Promise<AuditRow[]> {
  const id = typeof request === 'string' ? request : request.headers.get('x-request-id');
  return database.query<AuditRow>('SELECT * FROM audit_events WHERE request_id = $1 ORDER BY at', [id]);
}

/** The full reason of a refusal, which only the audit trail has. */
export async function reasonOf(database: TestDatabase, request: string | Answer): Promise<string> {
  const refusals = (await eventsOf(database, request)).filter(({ outcome }) => outcome === 'refused');
  expect(refusals).toHaveLength(1);
  return refusals[0]?.reason ?? '';
}

const TABLES = { user: 'users', client: 'clients', org: 'orgs' } as const;

/** As an administrator would disable it, while `work` runs. */
export async function whileDisabled<T>(
  database: TestDatabase,
  kind: keyof typeof TABLES,
  id: string,
  work: () => Promise<T>,
): Promise<T> {
  await database.query(`UPDATE ${TABLES[kind]} SET disabled_at = now() WHERE id = $1`, [id]);
  try {
    return await work();
  } finally {
    await database.query(`UPDATE ${TABLES[kind]} SET disabled_at = NULL WHERE id = $1`, [id]);
  }
}

/** Contract: "expired or revoked 400, csp message contains `invalid_grant: Invalid refresh token`". */
export function expectInvalidRefreshToken(answer: Answer, dialect: DialectName): void {
  expect({ status: answer.status, error: errorName(answer, dialect) }).toEqual({
    status: 400,
    error: dialect === 'csp' ? 'invalid_refresh_token' : 'invalid_grant',
  });
  const message = dialect === 'csp' ? 'invalid_grant: Invalid refresh token' : 'Invalid refresh token';
  expect(errorMessage(answer, dialect)).toContain(message);
}
