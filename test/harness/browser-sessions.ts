import { decodeJwt } from 'jose';
import { CredentialHasher } from '../../src/keys/credential-hasher';
import { type Answer, basic, post } from './http';
import { ADA_LOGIN, type Asking, authorizeUrl, logInAt, newPkce, redeem } from './login-world';
import type { Service } from './service';
import { formOf, type Visit, Visitor } from './visitor';

const SESSION_COOKIE = '__Host-gatehouse_session';

/** What the browser's session cookie holds. */
export function cookieOf(visitor: Visitor): string | undefined {
  return visitor.cookies.get(SESSION_COOKIE);
}

/** A browser that holds only this session cookie. */
export function visitorWith(service: Service, cookie = ''): Visitor {
  const visitor = new Visitor(service.url);
  visitor.cookies.set(SESSION_COOKIE, cookie);
  return visitor;
}

export interface SessionRow {
  readonly id: string;
  readonly user_id: string;
  readonly auth_time: Date;
  readonly last_used_at: Date;
  readonly expires_at: Date;
  readonly ended_at: Date | null;
}

/** The session that the browser's cookie is of, in whatever state. */
export async function sessionOf({ app, database }: Service, visitor: Visitor): Promise<SessionRow | undefined> {
  const hash = app.get(CredentialHasher).hash(cookieOf(visitor) ?? '');
  return (await database.query<SessionRow>('SELECT * FROM browser_sessions WHERE hash = $1', [hash]))[0];
}

/** As if that time of the browser's session had been so many seconds earlier. */
export async function moveBack(
  service: Service,
  visitor: Visitor,
  time: 'auth_time' | 'last_used_at' | 'expires_at',
  seconds: number,
): Promise<void> {
  const { id } = (await sessionOf(service, visitor)) ?? {};
  const moved = await service.database.query(
    `UPDATE browser_sessions SET ${time} = ${time} - make_interval(secs => $2) WHERE id = $1 RETURNING 1`,
    [id, seconds],
  );
  expect(moved).toHaveLength(1);
}

/** What becomes of a request that must show no page: `code`, or the error. */
export async function askQuietly(visitor: Visitor, asking: Asking = {}): Promise<string> {
  const parameters = { prompt: 'none', ...asking.parameters };
  const { leftTo } = await visitor.open(authorizeUrl({ ...asking, parameters }, newPkce()));
  if (leftTo === undefined) throw new Error('prompt=none showed a page.');
  return leftTo.searchParams.get('error') ?? (leftTo.searchParams.has('code') ? 'code' : 'nothing');
}

/** Sends the page's form with headers of its own, such as X-Request-Id. */
export function submitWith(
  visitor: Visitor,
  visit: Visit,
  fields: Record<string, string>,
  headers: Record<string, string>,
): Promise<Visit> {
  const { action, hidden } = formOf(visit.text);
  return visitor.post(new URL(action, visit.url), { ...hidden, ...fields }, headers);
}

/** The token answer of a login with this browser, as ada unless told. */
export async function tokensOf(
  service: Service,
  visitor: Visitor,
  asking: Asking = {},
  account?: { username: string; password: string },
): Promise<Answer> {
  const pkce = newPkce();
  const { leftTo } = await logInAt(visitor, authorizeUrl(asking, pkce), account);
  const { client, dialect } = asking;
  const answer = await redeem(service, leftTo?.searchParams.get('code') ?? '', {
    ...(client === undefined ? {} : { client }),
    ...(dialect === undefined ? {} : { dialect }),
    parameters: { code_verifier: pkce.verifier },
  });
  expect(answer).toMatchObject({ status: 200 });
  return answer;
}

/** Claims of the ID token of an answer. */
export function idClaims({ json }: Answer) {
  return decodeJwt(String(json.id_token));
}

/** A login of ada at `web` with a password, without any browser. */
export async function passwordLogin({ url }: Service, form: Record<string, string> = {}): Promise<Answer> {
  const ada = { ...ADA_LOGIN, domain: 'acme.example', scope: 'openid' };
  const all = { grant_type: 'password', ...ada, ...form };
  const answer = await post(`${url}/oauth2/token`, { form: all, headers: basic('web', 'web-secret') });
  expect(answer).toMatchObject({ status: 200 });
  return answer;
}

/** Whether the login of an answer still gives tokens. The client is one whose refresh tokens stay. */
export async function isAlive({ url }: Service, { json }: Answer, client = 'web'): Promise<boolean> {
  const form = { grant_type: 'refresh_token', refresh_token: String(json.refresh_token) };
  const answer = await post(`${url}/oauth2/token`, { form, headers: basic(client, `${client}-secret`) });
  if (answer.status !== 200) expect(answer).toMatchObject({ status: 400, json: { error: 'invalid_grant' } });
  return answer.status === 200;
}

/** What is left of a login and of the browser's session in which it began. */
export async function stateOf(service: Service, visitor: Visitor, tokens: Answer) {
  return { alive: await isAlive(service, tokens), session: await askQuietly(visitor) };
}

export const ENDED = { alive: false, session: 'login_required' };
export const NOT_ENDED = { alive: true, session: 'code' };
