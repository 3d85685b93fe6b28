import { basic, post, send } from './http';
import {
  apiToken,
  introspection,
  issuance,
  type Login,
  logIn,
  ownToken,
  type Probe,
  uses,
  usesOfLogin,
} from './replica-probes';

const API = '/csp/gateway/am/api';

/** Something that ends at one replica, and how another one is asked about it. */
export interface Ending {
  readonly what: string;
  readonly probes: readonly Probe[];
  end(): Promise<unknown>;
}

/** Things of that name in the world, in use at `base`, where they can be ended. */
export async function endingsOf(base: string, name: string): Promise<Ending[]> {
  const operator = await administrator(base, 'operator');
  const ada = await administrator(base, 'ada');
  const logIns = [logIn(base, 'ada'), logIn(base, 'ada'), logIn(base, 'ada')] as const;
  const [one, login, left] = await Promise.all(logIns);
  const client = `${name}-client`;
  const [ofUser, atClient] = await Promise.all([logIn(base, `${name}-user`), logIn(base, 'ada', client)]);
  const [own, ofClient, ofOrg] = await Promise.all([
    ownToken(base, `${name}-keyed`),
    ownToken(base, client),
    ownToken(base, `${name}-orgs`),
  ]);
  const made = (await ada('POST', `${API}/orgs/home/api-tokens`, { name })) as { id: string; token: string };
  const apps = `${API}/orgs/home/oauth-apps`;
  const passwordOf = (username: string) => ({
    ...{ grant_type: 'password', username, password: `${username}-password`, domain: 'home.example' },
  });
  return [
    { what: 'access token, revoked', probes: uses(one), end: () => revoke(base, 'console', one.accessToken) },
    { what: 'login, revoked', probes: usesOfLogin(login), end: () => revoke(base, 'console', login.refreshToken) },
    { what: 'login, logged out', probes: usesOfLogin(left), end: () => logOut(base, left) },
    {
      what: "client's token, revoked",
      probes: [introspection(own)],
      end: () => revoke(base, `${name}-keyed`, own),
    },
    {
      what: 'user, disabled',
      probes: [...usesOfLogin(ofUser), issuance('console', passwordOf(`${name}-user`))],
      end: () => operator('PATCH', `${API}/orgs/home/users/u-${name}-user`, { disabled: true }),
    },
    {
      what: 'client, disabled',
      probes: [...usesOfLogin(atClient), introspection(ofClient, 'introspection of its own token'), issuance(client)],
      end: () => operator('PATCH', `${apps}/${client}`, { disabled: true }),
    },
    {
      what: 'secret, replaced',
      probes: [issuance(`${name}-keyed`)],
      end: () => operator('PUT', `${apps}/${name}-keyed/secret`),
    },
    {
      what: 'org, disabled',
      probes: [introspection(ofOrg), issuance(`${name}-orgs`)],
      end: () => operator('PATCH', `${API}/orgs/${name}-org`, { disabled: true }),
    },
    {
      what: 'API token, deactivated',
      probes: [apiToken(made.token)],
      end: () => ada('POST', `${API}/orgs/home/api-tokens/deactivate`, { tokenIds: [made.id] }),
    },
  ];
}

type Call = (method: string, path: string, body?: object) => Promise<unknown>;

/** Requests as one person; what is not done fails the test. */
export async function administrator(base: string, username: string): Promise<Call> {
  const { accessToken } = await logIn(base, username);
  return async (method, path, body) => {
    const headers = { Authorization: `Bearer ${accessToken}`, 'Content-Type': 'application/json' };
    const answer = await send(base + path, { method, headers, ...(body && { body: JSON.stringify(body) }) });
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
    return answer.text === '' ? undefined : answer.json;
  };
}

export async function revoke(base: string, client: string, token: string): Promise<void> {
  const headers = basic(client, `${client}-secret`);
  expect((await post(`${base}/oauth2/revoke`, { form: { token }, headers })).status).toBe(200);
}

export async function logOut(base: string, { client, idToken }: Login): Promise<void> {
  const headers = basic(client, `${client}-secret`);
  expect((await post(`${base}${API}/auth/logout`, { form: { idToken }, headers })).status).toBe(200);
}
