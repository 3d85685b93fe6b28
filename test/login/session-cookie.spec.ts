import { parseSetCookie } from 'cookie';
import { CredentialHasher } from '../../src/keys/credential-hasher';
import { askQuietly, cookieOf, visitorWith } from '../harness/browser-sessions';
import { ADA_LOGIN, authorizeUrl, browserLogin, LOGIN_WORLD, logInAt } from '../harness/login-world';
import { type Service, startService } from '../harness/service';
import { formOf, titleOf, type Visit, Visitor } from '../harness/visitor';

const SECRET = /^[\w-]{43}$/;

describe('the session cookie', () => {
  let service: Service;

  beforeAll(async () => {
    service = await startService({ world: LOGIN_WORLD });
  });
  afterAll(() => service?.stop());

  async function loggedIn(account = ADA_LOGIN, domain = 'acme.example'): Promise<Visitor> {
    const visitor = new Visitor(service.url);
    await logInAt(visitor, authorizeUrl({ parameters: { domain } }), account);
    return visitor;
  }

  /** What someone could put into another's browser. */
  const FIXED: Readonly<Record<string, () => Promise<string | undefined>>> = {
    'made up': () => Promise.resolve('made-up-by-an-attacker'),
    'made up to look like one': () => Promise.resolve('A'.repeat(43)),
    empty: () => Promise.resolve(''),
    'of a session that has ended': async () => {
      const visitor = await loggedIn();
      const cookie = cookieOf(visitor);
      await visitor.submit(await visitor.open('/oauth2/logout'), { step: 'logout' });
      return cookie;
    },
    "of the attacker's own session": async () =>
      cookieOf(await loggedIn({ username: 'bob', password: 'bob-password' }, 'beta.example')),
    'of a session of the same user': async () => cookieOf(await loggedIn()),
  };

  it.each(Object.keys(FIXED))('that is %s is never taken over', async (kind) => {
    const fixed = await FIXED[kind]?.();
    if (fixed === undefined) throw new Error(`There is no cookie ${kind}.`);
    const visitor = visitorWith(service, fixed);
    const page = await visitor.open(authorizeUrl({ parameters: { prompt: 'login' } }));
    expect(cookieOf(visitor)).toBe(fixed);
    await visitor.submit(page, ADA_LOGIN);
    expect(cookieOf(visitor)).toMatch(SECRET);
    expect(cookieOf(visitor)).not.toBe(fixed);
    expect(await askQuietly(visitorWith(service, fixed))).toBe('login_required');
    expect(await askQuietly(visitor)).toBe('code');
  });

  it('is a new one at every login', async () => {
    const visitor = await loggedIn();
    const seen = [cookieOf(visitor)];
    for (let again = 0; again < 3; again++) {
      await logInAt(visitor, authorizeUrl({ parameters: { prompt: 'login' } }));
      seen.push(cookieOf(visitor));
    }
    expect(new Set(seen).size).toBe(4);
    const answers = seen.map((cookie) => askQuietly(visitorWith(service, cookie)));
    expect(await Promise.all(answers)).toEqual(['login_required', 'login_required', 'login_required', 'code']);
  });

  it('comes with a login only', async () => {
    const visitor = new Visitor(service.url);
    const page = await visitor.open(authorizeUrl());
    await visitor.submit(page, { ...ADA_LOGIN, password: 'wrong' });
    await visitor.open(authorizeUrl({ client: 'nobody' }));
    await visitor.open('/oauth2/logout');
    expect([...visitor.cookies.keys()]).toEqual(['__Host-gatehouse_form']);
    await visitor.submit(page, ADA_LOGIN);
    expect(cookieOf(visitor)).toMatch(SECRET);
  });

  it('stands nowhere in the database, nor does a form token, a password or a token', async () => {
    const visitor = await loggedIn();
    const page = await visitor.open(authorizeUrl({ client: 'partner' }));
    const { leftTo } = await visitor.submit(page, { decision: 'allow' });
    const { json } = await browserLogin(service);
    const tables = await service.database.query<{ name: string }>(
      "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'",
    );
    const rows = await Promise.all(
      tables.map(({ name }) => service.database.query<{ row: string }>(`SELECT t::text AS row FROM "${name}" AS t`)),
    );
    const everything = rows.flatMap((some) => some.map(({ row }) => row)).join('\n');
    const hash = service.app.get(CredentialHasher).hash(cookieOf(visitor) ?? '');
    expect(everything).toContain(hash);
    const secrets = {
      session: cookieOf(visitor),
      form: formOf(page.text).hidden.form_token,
      password: ADA_LOGIN.password,
      code: leftTo?.searchParams.get('code'),
      refreshToken: json.refresh_token,
      idToken: json.id_token,
    };
    for (const [what, secret] of Object.entries(secrets)) {
      expect([what, typeof secret]).toEqual([what, 'string']);
      expect([what, everything.includes(String(secret))]).toEqual([what, false]);
    }
  });
});

describe.each([
  ['https', 'https://id.test', { prefix: '__Host-', secure: true }],
  ['https under a path', 'https://id.test/gatehouse', { prefix: '__Host-', secure: true }],
  ['http', 'http://localhost:3000', { prefix: '', secure: undefined }],
])('the cookies of a service over %s', (_what, issuer, { prefix, secure }) => {
  const [SESSION, FORM] = [`${prefix}gatehouse_session`, `${prefix}gatehouse_form`];
  let service: Service;

  beforeAll(async () => {
    service = await startService({ world: LOGIN_WORLD, env: { ISSUER: issuer } });
  });
  afterAll(() => service?.stop());

  /** As the browser is told: no Domain, no lifetime. */
  const cookie = (name: string) => ({
    name,
    value: expect.stringMatching(/^[\w.-]{43,}$/) as string,
    path: '/',
    httpOnly: true,
    secure,
    sameSite: 'lax',
  });
  const open = (path: string, cookies = '') =>
    fetch(`${service.url}${path}`, { headers: { Cookie: cookies }, redirect: 'manual' });
  const cookiesIn = ({ headers }: Response) => headers.getSetCookie().map((line) => parseSetCookie(line));
  const cookieHeader = (response: Response) => cookiesIn(response).map(({ name, value }) => `${name}=${value}`);

  async function submit(page: Response, fields: Record<string, string>, cookies: string): Promise<Response> {
    const { action, hidden } = formOf(await page.text());
    const path = action.replace(new URL(issuer).pathname.replace(/\/$/, ''), ''); // as a proxy does it
    return fetch(`${service.url}${path}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded', Cookie: cookies },
      body: new URLSearchParams({ ...hidden, ...fields }).toString(),
      redirect: 'manual',
    });
  }

  it('can be set by this host alone, are kept from scripts, and go where they came from', async () => {
    const page = await open(authorizeUrl());
    expect(cookiesIn(page)).toEqual([cookie(FORM)]);
    const login = await submit(page, ADA_LOGIN, cookieHeader(page).join('; '));
    expect(login.status).toBe(303);
    expect(cookiesIn(login)).toEqual([cookie(SESSION)]);

    const session = cookieHeader(login).join('');
    const back = await open(authorizeUrl(), session);
    expect(back.headers.get('location')).toContain('?code=');

    const question = await open('/oauth2/logout', session);
    const logout = await submit(question, { step: 'logout' }, [session, ...cookieHeader(question)].join('; '));
    const gone = cookiesIn(logout).find(({ name }) => name === SESSION);
    expect(gone).toEqual({ ...cookie(SESSION), value: '', expires: new Date(0) });
    expect((await open(authorizeUrl(), session)).status).toBe(200);
  });

  it('count under their own names only', async () => {
    const visitor = new Visitor(service.url);
    await visitor.open(authorizeUrl());
    const page: Visit = await visitor.open(authorizeUrl());
    expect(titleOf(page)).toBe('Log in');
    const other = prefix === '' ? '__Host-gatehouse_session' : 'gatehouse_session';
    const login = await submit(new Response(page.text), ADA_LOGIN, `${FORM}=${visitor.cookies.get(FORM) ?? ''}`);
    const [session = ''] = cookiesIn(login).map(({ value }) => value);
    expect((await open(authorizeUrl(), `${other}=${session}`)).status).toBe(200);
    expect((await open(authorizeUrl(), `${SESSION}=${session}`)).status).toBe(302);
  });
});
