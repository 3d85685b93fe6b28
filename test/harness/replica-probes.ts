import { type Answer, basic, get, post } from './http';
import { ACCESS_TOKEN_TYPE, TOKEN_EXCHANGE } from './replica-world';

/** What a replica says of something: that it is good, that it is not, or that it cannot tell. Or what it must not say. */
export type Verdict = 'good' | 'over' | 'cannot tell' | `odd: ${string}`;

/** A question to a replica, put again and again. */
export interface Probe {
  readonly what: string;
  /** How long after a change the answer may be that of before: contract section 7, and issue 6. */
  readonly lagMs: number;
  ask(base: string): Promise<Verdict>;
}

/** Tokens, however they are presented, are judged by what is committed. */
const AT_ONCE = 0;
/** Whom the service gives new tokens may come from a cache. */
const SOON = 1_000;

export interface Login {
  readonly client: string;
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly idToken: string;
}

export function tokenRequest(base: string, client: string, form: Record<string, string>): Promise<Answer> {
  return post(`${base}/oauth2/token`, { form, headers: basic(client, `${client}-secret`) });
}

export async function logIn(base: string, username: string, client = 'console'): Promise<Login> {
  const form = { grant_type: 'password', username, password: `${username}-password`, domain: 'home.example' };
  const { status, json } = await tokenRequest(base, client, form);
  expect({ status, error: json.error_description }).toEqual({ status: 200, error: undefined });
  return {
    client,
    accessToken: String(json.access_token),
    refreshToken: String(json.refresh_token),
    idToken: String(json.id_token),
  };
}

export async function ownToken(base: string, client: string): Promise<string> {
  const { status, json } = await tokenRequest(base, client, { grant_type: 'client_credentials' });
  expect(status).toBe(200);
  return String(json.access_token);
}

export function introspection(token: string, what = 'introspection'): Probe {
  const headers = basic('inspector', 'inspector-secret');
  return probe(what, AT_ONCE, (base) => post(`${base}/oauth2/introspect`, { form: { token }, headers }));
}

/** Every way in which an access token is presented to the service. */
export function uses({ client, accessToken }: Login): Probe[] {
  const headers = { Authorization: `Bearer ${accessToken}` };
  const exchange = {
    grant_type: TOKEN_EXCHANGE,
    subject_token: accessToken,
    subject_token_type: ACCESS_TOKEN_TYPE,
  };
  return [
    introspection(accessToken),
    probe('user info', AT_ONCE, (base) => get(`${base}/oauth2/userinfo`, headers)),
    probe('administration', AT_ONCE, (base) => get(`${base}/csp/gateway/am/api/loggedin/user`, headers)),
    probe('exchange', AT_ONCE, (base) => tokenRequest(base, client, exchange)),
  ];
}

/** The same, and its refresh token. */
export function usesOfLogin(login: Login): Probe[] {
  const { client, refreshToken } = login;
  const refresh = { grant_type: 'refresh_token', refresh_token: refreshToken };
  return [
    ...uses(login),
    introspection(refreshToken, 'introspection of the refresh token'),
    probe('refresh', AT_ONCE, (base) => tokenRequest(base, client, refresh)),
  ];
}

export function issuance(client: string, form: Record<string, string> = { grant_type: 'client_credentials' }): Probe {
  return probe(`${form.grant_type} of ${client}`, SOON, (base) => tokenRequest(base, client, form));
}

export function apiToken(token: string): Probe {
  const path = '/csp/gateway/am/api/auth/api-tokens/authorize';
  return probe('API token', AT_ONCE, (base) => post(base + path, { form: { api_token: token } }));
}

function probe(what: string, lagMs: number, request: (base: string) => Promise<Answer>): Probe {
  return { what, lagMs, ask: async (base) => verdictOf(await request(base)) };
}

function verdictOf(answer: Answer): Verdict {
  const { status, text } = answer;
  if (status === 503) return answer.headers.has('retry-after') ? 'cannot tell' : 'odd: 503 without Retry-After';
  if (status === 200) return answer.json.active === false ? 'over' : 'good';
  return [400, 401, 403].includes(status) ? 'over' : `odd: ${status} ${text}`;
}
