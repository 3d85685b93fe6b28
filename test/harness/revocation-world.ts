import { ADMIN_WORLD } from './admin-world';
import { type Answer, basic, get, post } from './http';
import { ACCESS_TOKEN_TYPE, inspect, TOKEN_EXCHANGE, type Tokens, tokensOf } from './inspection';
import { ask } from './people';
import type { Service } from './service';

export const API_TOKEN = 'members-api-token-0123456789';

/** Acme's `shop` lets beta's `helper` act for its users. `inspector` may introspect every token. */
export const REVOCATION_WORLD = `${ADMIN_WORLD}    allowedActorsClientDelegate: [helper]
${[
  clientLine('shop', {
    grantTypes: ['password', 'refresh_token', 'client_credentials', TOKEN_EXCHANGE],
    allowedActorsClientDelegate: ['helper'],
  }),
  clientLine('helper', { org: 'beta', grantTypes: ['client_delegate', 'refresh_token'] }),
  clientLine('inspector', { org: 'beta', allowedScopes: { generalScopes: ['introspect'] } }),
].join('\n')}
apiTokens:
  - { user: 'acme.example\\member', org: acme, name: all, token: ${API_TOKEN} }
`;

/** JSON is YAML, too. */
function clientLine(id: string, differences: object): string {
  const allowedScopes = { generalScopes: ['openid', 'profile'], organizationScopes: { allRoles: true } };
  return `  - ${JSON.stringify({ id, org: 'acme', secret: `${id}-secret`, allowedScopes, ...differences })}`;
}

/** A login with a password, at `shop` unless told. */
export function logIn(service: Pick<Service, 'url'>, username: string, client = 'shop'): Promise<Tokens> {
  return tokensOf(service, { grant_type: 'password', username, password: `${username}-password` }, { client });
}

/** What a client gets with nobody's login. */
export function ownTokens(service: Pick<Service, 'url'>, client = 'shop'): Promise<Tokens> {
  return tokensOf(service, { grant_type: 'client_credentials' }, { client });
}

/** The login of `helper`, which acts for the user of a token. */
export function delegated(
  service: Pick<Service, 'url'>,
  { accessToken }: Pick<Tokens, 'accessToken'>,
): Promise<Tokens> {
  const form = { subject_token: accessToken, subject_token_type: ACCESS_TOKEN_TYPE };
  return tokensOf(service, { grant_type: 'client_delegate', ...form }, { client: 'helper', dialect: 'csp' });
}

/** Exchanges the API token of `member`. */
export function useApiToken({ url }: Pick<Service, 'url'>): Promise<Answer> {
  return post(`${url}/csp/gateway/am/api/auth/api-tokens/authorize`, { form: { api_token: API_TOKEN } });
}

/** Does introspection call a token good? */
export async function isActive(service: Pick<Service, 'url'>, token: string): Promise<boolean> {
  return (await inspect(service, 'introspect', token, { client: 'inspector' })).json.active === true;
}

/** Everything that can be done with the tokens of a login at `shop`, by whether it is granted. */
export async function uses(service: Pick<Service, 'url'>, { accessToken, refreshToken }: Tokens) {
  const { url } = service;
  const bearer = { Authorization: `Bearer ${accessToken}` };
  const subject = { subject_token: accessToken, subject_token_type: ACCESS_TOKEN_TYPE };
  const [access, refresh, userinfo, api, exchange, refreshing] = await Promise.all([
    isActive(service, accessToken),
    isActive(service, refreshToken),
    get(`${url}/oauth2/userinfo`, bearer),
    get(`${url}/csp/gateway/am/api/loggedin/user`, bearer),
    ask(url, { grant_type: TOKEN_EXCHANGE, ...subject }, { client: 'shop' }),
    post(`${url}/oauth2/token`, {
      form: { grant_type: 'refresh_token', refresh_token: refreshToken },
      headers: basic('shop', 'shop-secret'),
    }),
  ]);
  const statuses = [userinfo, api, exchange, refreshing].map(({ status }) => status);
  return { active: [access, refresh], statuses };
}

export const GOOD = { active: [true, true], statuses: [200, 200, 200, 200] };
export const DEAD = { active: [false, false], statuses: [401, 401, 400, 400] };
