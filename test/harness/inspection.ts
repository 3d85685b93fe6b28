import { DIALECTS, type DialectName } from './dialects';
import { type Answer, basic, post } from './http';
import { PEOPLE_WORLD } from './people';
import type { Service } from './service';

export const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
export const ACCESS_TOKEN_TYPE = 'urn:ietf:params:oauth:token-type:access_token';
export const API_TOKEN = 'adas-api-token-0123456789';

/** `inspector` may introspect every token; `target` is an audience of what `shop` gets; `helper` acts for its users. */
export const INSPECTION_WORLD = `${PEOPLE_WORLD}
${[
  clientLine('shop', {
    grantTypes: ['password', 'refresh_token', 'client_credentials', TOKEN_EXCHANGE],
    allowedActorsClientDelegate: ['helper'],
  }),
  clientLine('helper', { grantTypes: ['client_delegate', 'refresh_token'] }),
  clientLine('target', { allowedActorsAudienceExchange: ['shop'] }),
  clientLine('inspector', { org: 'beta', allowedScopes: { generalScopes: ['introspect'] } }),
  clientLine('doomed', { grantTypes: ['password', 'refresh_token'] }),
  clientLine('spa', {
    secret: undefined,
    publicClient: true,
    grantTypes: ['authorization_code', 'refresh_token'],
    redirectUris: ['https://app.example/callback'],
  }),
].join('\n')}
apiTokens:
  - { user: 'acme.example\\ada', org: acme, name: all, token: ${API_TOKEN} }
`;

/** JSON is YAML, too. */
function clientLine(id: string, differences: object): string {
  const allowedScopes = { generalScopes: ['openid', 'profile'], organizationScopes: { allRoles: true } };
  return `  - ${JSON.stringify({ id, org: 'acme', secret: `${id}-secret`, allowedScopes, ...differences })}`;
}

/** Each place at which tokens are asked about and revoked, and how it says that something is wrong. */
export const INSPECTION_PLACES = [
  { dialect: 'oauth', base: '/oauth2' },
  { dialect: 'csp', base: '/csp/gateway/am/api/auth' },
] as const;

export type Place = (typeof INSPECTION_PLACES)[number];

export interface Inspecting {
  readonly client?: string;
  readonly place?: Place;
  readonly form?: Record<string, string>;
}

/** As `shop` at the standard place, unless told; `spa` has no secret. */
export function inspect(
  { url }: Pick<Service, 'url'>,
  endpoint: 'introspect' | 'revoke',
  token: string,
  { client = 'shop', place = INSPECTION_PLACES[0], form = {} }: Inspecting = {},
): Promise<Answer> {
  const isPublic = client === 'spa';
  return post(`${url}${place.base}/${endpoint}`, {
    form: { token, ...form, ...(isPublic ? { client_id: client } : {}) },
    headers: isPublic ? {} : basic(client, `${client}-secret`),
  });
}

/** What introspection says of a token. */
export async function told(service: Pick<Service, 'url'>, token: string, inspecting: Inspecting = {}) {
  const answer = await inspect(service, 'introspect', token, inspecting);
  expect(answer.status).toBe(200);
  return answer.json;
}

export interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly idToken: string;
}

/** A token request of `shop`, unless told, that has to succeed. */
export async function tokensOf(
  { url }: Pick<Service, 'url'>,
  form: Record<string, string>,
  { client = 'shop', dialect = 'oauth' }: { client?: string; dialect?: DialectName } = {},
): Promise<Tokens> {
  const path = DIALECTS.find((one) => one.dialect === dialect)?.path;
  const { status, json } = await post(`${url}${path}`, { form, headers: basic(client, `${client}-secret`) });
  expect({ status, error: json.error_description ?? json.message }).toEqual({ status: 200, error: undefined });
  return {
    accessToken: String(json.access_token),
    refreshToken: String(json.refresh_token),
    idToken: String(json.id_token),
  };
}

export const ADAS_LOGIN = {
  grant_type: 'password',
  username: 'ada',
  password: 'ada-password',
  domain: 'acme.example',
};
