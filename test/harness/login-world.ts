import { createHash, randomBytes } from 'node:crypto';
import { DIALECTS, type DialectName } from './dialects';
import { type Answer, basic, post } from './http';
import type { Service } from './service';
import { Visitor, type Visit } from './visitor';

export const AUTHORIZE_PATHS: Readonly<Record<DialectName, string>> = {
  csp: '/csp/gateway/discovery',
  'identity-manager': '/SAAS/auth/oauth2/authorize',
  oauth: '/oauth2/authorize',
};

export const USERINFO_PATHS: Readonly<Record<DialectName, string>> = {
  csp: '/csp/gateway/am/api/userinfo',
  'identity-manager': '/SAAS/jersey/manager/api/userinfo',
  oauth: '/oauth2/userinfo',
};

export const REDIRECT_URI = 'https://app.example/callback';

/**
 * Ada is in acme and beta. The clients `web` and `strict` are acme's own, so that its people are not asked for consent;
 * `partner` is beta's; `spa` is public.
 */
export const LOGIN_WORLD = `
orgs:
  - { id: acme, name: ACME, displayName: Acme Corporation, logo: "data:image/png;base64,iVBORw0KGgo=" }
  - { id: beta, name: BETA, displayName: Beta Limited }
  - { id: gamma, name: GAMMA }
domains:
  - { name: acme.example, displayName: Acme, org: acme }
  - { name: beta.example, displayName: Beta, org: beta }
serviceDefinitions:
  - { id: tmc, name: Mission control, roles: [{ name: "tmc:admin", permissions: [{ permissionId: cluster.manage }] }] }
groups:
  - { id: engineering, name: Engineering, org: acme }
users:
  - id: u-ada
    domain: acme.example
    username: ada
    email: ada@acme.example
    password: ada-password
    givenName: Ada
    familyName: Lovelace
    defaultOrg: acme
    groups: [engineering]
    memberships:
      - { org: acme, roles: [org_owner], serviceRoles: [{ serviceDefinitionId: tmc, role: "tmc:admin" }] }
      - { org: beta, roles: [org_member] }
  - { id: u-bob, domain: beta.example, username: bob, email: bob@beta.example, password: bob-password, defaultOrg: beta }
  - { id: u-ada-2, domain: beta.example, username: ada, password: ada-password, defaultOrg: beta }
  - { id: u-mail, domain: acme.example, username: carl@acme.example, password: carl-password, defaultOrg: acme }
  - { id: u-eve, domain: acme.example, username: eve, password: eve-password, defaultOrg: acme, disabled: true }
clients:
${[
  clientLine('web'),
  clientLine('web-es', { signingAlg: 'ES256', refreshTokenPolicy: 'rotate' }),
  clientLine('strict', { forcePkce: true }),
  clientLine('partner', { org: 'beta', displayName: 'Partner application', allowedOrgs: ['acme'] }),
  clientLine('spa', {
    secret: undefined,
    publicClient: true,
    grantTypes: ['authorization_code', 'refresh_token'],
    redirectUris: [REDIRECT_URI, 'http://127.0.0.1/callback', 'http://[::1]/callback', 'com.example.app:/callback'],
  }),
  clientLine('no-code', { grantTypes: ['client_credentials'] }),
  clientLine('no-refresh', { grantTypes: ['authorization_code'] }),
  clientLine('no-openid', { allowedScopes: { generalScopes: ['profile'] } }),
  clientLine('with-query', { redirectUris: [`${REDIRECT_URI}?tenant=1`] }),
].join('\n')}
`;

/** JSON is YAML, too. */
function clientLine(id: string, differences: object = {}): string {
  const client = {
    id,
    org: 'acme',
    secret: `${id}-secret`,
    grantTypes: ['authorization_code', 'refresh_token', 'client_credentials', 'password'],
    redirectUris: [REDIRECT_URI],
    postLogoutRedirectUris: ['https://app.example/goodbye'],
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

export const ADA_LOGIN = { username: 'ada', password: 'ada-password' };

/** A code verifier and its challenge. */
export interface Pkce {
  readonly verifier: string;
  readonly challenge: string;
}

export function newPkce(): Pkce {
  const verifier = randomBytes(32).toString('base64url');
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') };
}

export interface Asking {
  readonly client?: string;
  readonly dialect?: DialectName;
  /** Beside or instead of what a usual request has; undefined takes one out. */
  readonly parameters?: Readonly<Record<string, string | undefined>>;
}

/** Path and query of an authorization request: of `web` at the oauth dialect, with the domain of ada, unless told. */
export function authorizeUrl({ client = 'web', dialect = 'oauth', parameters = {} }: Asking = {}, pkce?: Pkce): string {
  const all: Record<string, string | undefined> = {
    client_id: client,
    redirect_uri: REDIRECT_URI,
    response_type: 'code',
    state: 'the state',
    domain: 'acme.example',
    ...(pkce === undefined ? {} : { code_challenge: pkce.challenge, code_challenge_method: 'S256' }),
    ...parameters,
  };
  const given = Object.entries(all).filter((pair): pair is [string, string] => pair[1] !== undefined);
  return `${AUTHORIZE_PATHS[dialect]}?${new URLSearchParams(given).toString()}`;
}

/** Goes through login, as ada unless told, and consent where there is one: ends where the browser leaves the service. */
export async function logInAt(visitor: Visitor, url: string, { username, password } = ADA_LOGIN): Promise<Visit> {
  let visit = await visitor.open(url);
  if (visit.text.includes('name="password"')) visit = await visitor.submit(visit, { username, password });
  if (visit.text.includes('value="allow"')) visit = await visitor.submit(visit, { decision: 'allow' });
  return visit;
}

/** The code of a login with a browser of its own. */
export async function codeOf(service: Pick<Service, 'url'>, asking: Asking = {}, pkce?: Pkce): Promise<string> {
  const visit = await logInAt(new Visitor(service.url), authorizeUrl(asking, pkce));
  const code = visit.leftTo?.searchParams.get('code');
  if (!code) throw new Error(`The login gave no code: ${visit.status} ${visit.leftTo?.href ?? visit.text}`);
  return code;
}

/** Redeems a code as `web` at the oauth dialect, unless told. */
export function redeem(
  service: Pick<Service, 'url'>,
  code: string,
  { client = 'web', dialect = 'oauth', parameters = {} }: Asking = {},
): Promise<Answer> {
  const path = DIALECTS.find((one) => one.dialect === dialect)?.path;
  const isPublic = client === 'spa';
  const form = {
    grant_type: 'authorization_code',
    code,
    redirect_uri: REDIRECT_URI,
    ...(isPublic ? { client_id: client } : {}),
    ...parameters,
  };
  const given = Object.fromEntries(
    Object.entries(form).filter((pair): pair is [string, string] => pair[1] !== undefined),
  );
  return post(`${service.url}${path}`, { form: given, headers: isPublic ? {} : basic(client, `${client}-secret`) });
}

/** The token answer of a login with a browser of its own. */
export async function browserLogin(service: Pick<Service, 'url'>, asking: Asking = {}): Promise<Answer> {
  const pkce = newPkce();
  const code = await codeOf(service, asking, pkce);
  const { redirect_uri: redirectUri } = asking.parameters ?? {};
  const answer = await redeem(service, code, {
    ...asking,
    parameters: { code_verifier: pkce.verifier, ...(redirectUri === undefined ? {} : { redirect_uri: redirectUri }) },
  });
  expect(answer.status).toBe(200);
  return answer;
}
