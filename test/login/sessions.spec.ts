import {
  askQuietly,
  cookieOf,
  idClaims,
  moveBack,
  sessionOf,
  submitWith,
  tokensOf,
  visitorWith,
} from '../harness/browser-sessions';
import { DIALECTS } from '../harness/dialects';
import { ADA_LOGIN, type Asking, authorizeUrl, LOGIN_WORLD, logInAt } from '../harness/login-world';
import { eventsOf, whileDisabled } from '../harness/people';
import { type Service, startService } from '../harness/service';
import { linksOf, plainText, titleOf, type Visit, Visitor } from '../harness/visitor';

const IDLE = 600;
const LONGEST = 3_600;
const CLIENTS = { csp: 'web-es', 'identity-manager': 'strict', oauth: 'web' } as const;

function nowInSeconds(): number {
  return Math.floor(Date.now() / 1_000);
}

describe('the session of a browser', () => {
  let service: Service;
  let visitor: Visitor;

  beforeAll(async () => {
    const env = { SESSION_IDLE_SECONDS: String(IDLE), SESSION_LONGEST_SECONDS: String(LONGEST) };
    service = await startService({ world: LOGIN_WORLD, env });
  });
  afterAll(() => service?.stop());

  beforeEach(async () => {
    visitor = new Visitor(service.url);
    await logInAt(visitor, authorizeUrl());
  });

  /** Opens a request of `web` with these parameters beside the usual ones. */
  const ask = (parameters: Asking['parameters'] = {}) => visitor.open(authorizeUrl({ parameters }));

  const logInAgain = (page: Visit, account = ADA_LOGIN) => visitor.submit(page, account);

  it('serves every client in every dialect, and tells all the same time of login', async () => {
    await moveBack(service, visitor, 'auth_time', 100);
    const times = [];
    for (const { dialect } of DIALECTS) {
      const asking = { client: CLIENTS[dialect], dialect, parameters: { prompt: 'none' } };
      const { auth_time: time, sid } = idClaims(await tokensOf(service, visitor, asking));
      times.push({ time, sid });
    }
    const { auth_time: time } = (await sessionOf(service, visitor)) ?? {};
    const expected = Math.floor((time?.getTime() ?? 0) / 1_000);
    expect(times.map((one) => one.time)).toEqual([expected, expected, expected]);
    expect(new Set(times.map(({ sid }) => sid)).size).toBe(3);
  });

  it('lasts as long as it is used before it has been idle for too long, and no longer', async () => {
    await moveBack(service, visitor, 'last_used_at', IDLE - 10);
    expect(await askQuietly(visitor)).toBe('code');
    await moveBack(service, visitor, 'last_used_at', IDLE - 10); // the use has begun the idle time anew
    expect(await askQuietly(visitor)).toBe('code');
    await moveBack(service, visitor, 'last_used_at', IDLE + 1);
    expect(await askQuietly(visitor)).toBe('login_required');
    expect(titleOf(await ask())).toBe('Log in');
  });

  it('lasts no longer than its longest time, however much it is used', async () => {
    const before = await sessionOf(service, visitor);
    const spans = ['expires_at', 'auth_time'] as const;
    const [end, start] = spans.map((name) => before?.[name].getTime() ?? 0);
    expect((end ?? 0) - (start ?? 0)).toBe(LONGEST * 1_000);
    await moveBack(service, visitor, 'last_used_at', IDLE - 10);
    expect(await askQuietly(visitor)).toBe('code');
    const after = await sessionOf(service, visitor);
    expect(after?.last_used_at.getTime()).toBeGreaterThan(Date.now() - 10_000);
    expect(after?.expires_at).toEqual(before?.expires_at);
    await moveBack(service, visitor, 'expires_at', LONGEST - 10);
    expect(await askQuietly(visitor)).toBe('code');
    await moveBack(service, visitor, 'expires_at', 11);
    expect(await askQuietly(visitor)).toBe('login_required');
    expect(titleOf(await ask())).toBe('Log in');
  });

  it('asks once for prompt=login, and then is the same session with a new time and a new cookie', async () => {
    await moveBack(service, visitor, 'auth_time', 100);
    const [before, oldCookie] = [await sessionOf(service, visitor), cookieOf(visitor)];
    const answer = await tokensOf(service, visitor, { parameters: { prompt: 'login' } });
    expect(idClaims(answer).auth_time).toBeGreaterThan(nowInSeconds() - 10);
    expect(cookieOf(visitor)).not.toBe(oldCookie);
    expect((await sessionOf(service, visitor))?.id).toBe(before?.id);
    expect(await askQuietly(visitor)).toBe('code');
    expect(await askQuietly(visitorWith(service, oldCookie))).toBe('login_required');
  });

  it('stays as it is when the password for prompt=login is wrong', async () => {
    const [before, cookie] = [await sessionOf(service, visitor), cookieOf(visitor)];
    const page = await ask({ prompt: 'login' });
    expect(titleOf(page)).toBe('Log in');
    const again = await logInAgain(page, { ...ADA_LOGIN, password: 'wrong' });
    expect({ status: again.status, title: titleOf(again) }).toEqual({ status: 401, title: 'Log in' });
    expect(cookieOf(visitor)).toBe(cookie);
    expect((await sessionOf(service, visitor))?.auth_time).toEqual(before?.auth_time);
    expect(await askQuietly(visitor)).toBe('code');
  });

  it('is good for max_age while it is fresh enough, and asks once when it is too old', async () => {
    await moveBack(service, visitor, 'auth_time', 100);
    expect((await ask({ max_age: '110' })).leftTo?.searchParams.get('code')).toEqual(expect.any(String));
    expect(await askQuietly(visitor, { parameters: { max_age: '90' } })).toBe('login_required');
    const answer = await tokensOf(service, visitor, { parameters: { max_age: '90' } });
    expect(idClaims(answer).auth_time).toBeGreaterThan(nowInSeconds() - 10);
  });

  it('asks once for max_age=0, too', async () => {
    await moveBack(service, visitor, 'auth_time', 1);
    const page = await ask({ max_age: '0' });
    expect(titleOf(page)).toBe('Log in');
    const { leftTo } = await logInAgain(page);
    expect(leftTo?.searchParams.get('code')).toEqual(expect.any(String));
  });

  it('goes on from the choice of accounts', async () => {
    const page = await ask({ prompt: 'select_account' });
    expect(titleOf(page)).toBe('Choose an account');
    const { leftTo } = await visitor.open(linksOf(page.text).get('Continue as ada (acme.example)') ?? '');
    expect(leftTo?.searchParams.get('code')).toEqual(expect.any(String));
    expect(leftTo?.searchParams.get('state')).toBe('the state');
  });

  it("becomes another user's from the choice of accounts; the first one's cookie is worth nothing then", async () => {
    const [adas, adasCookie] = [await sessionOf(service, visitor), cookieOf(visitor)];
    const page = await ask({ prompt: 'select_account' });
    const login = await visitor.open(linksOf(page.text).get('Use another account') ?? '');
    expect(titleOf(login)).toBe('Log in');
    expect(await askQuietly(visitorWith(service, adasCookie))).toBe('code');
    const consent = await logInAgain(login, { username: 'beta.example\\bob', password: 'bob-password' });
    expect(plainText(consent.text)).toContain('You are logged in as bob (beta.example)');
    const { leftTo } = await visitor.submit(consent, { decision: 'allow' });
    expect(leftTo?.searchParams.get('code')).toEqual(expect.any(String));
    const bobs = await sessionOf(service, visitor);
    expect(bobs).toMatchObject({ user_id: 'u-bob', ended_at: null });
    expect(bobs?.id).not.toBe(adas?.id);
    expect(await askQuietly(visitorWith(service, adasCookie))).toBe('login_required');
  });

  it.each([
    ['login_required', 'nobody is logged in', { domain: undefined }, true],
    ['login_required', 'the login is too old', { max_age: '50' }, false],
    ['consent_required', 'the client needs consent', { client_id: 'partner' }, false],
    ['access_denied', 'the user has no part in the org', { orgId: 'gamma' }, false],
    ['invalid_request', 'it comes with another prompt', { prompt: 'none consent' }, false],
  ])('never shows a page for prompt=none: %s when %s', async (error, _when, parameters, stranger) => {
    await moveBack(service, visitor, 'auth_time', 100);
    const browser = stranger ? new Visitor(service.url) : visitor;
    const { status, leftTo, text } = await browser.open(
      authorizeUrl({ parameters: { prompt: 'none', ...parameters } }),
    );
    expect({ status, text }).toEqual({ status: 302, text: '' });
    expect(leftTo?.href).toMatch(/^https:\/\/app\.example\/callback\?error=/);
    expect(Object.fromEntries(leftTo?.searchParams ?? [])).toMatchObject({
      error,
      state: 'the state',
      iss: 'https://id.test',
    });
    expect(await askQuietly(visitor)).toBe('code');
  });

  it('counts for nothing while its user is disabled', async () => {
    expect(await askQuietly(visitor)).toBe('code');
    await whileDisabled(service.database, 'user', 'u-ada', async () => {
      expect(await askQuietly(visitor)).toBe('login_required');
      expect(titleOf(await ask())).toBe('Log in');
      expect(titleOf(await ask({ prompt: 'select_account' }))).toBe('Log in');
    });
  });

  it('is not the one of another browser of the same user', async () => {
    const other = new Visitor(service.url);
    await logInAt(other, authorizeUrl());
    const [one, two] = [await sessionOf(service, visitor), await sessionOf(service, other)];
    expect(one?.user_id).toBe(two?.user_id);
    expect(one?.id).not.toBe(two?.id);
    await moveBack(service, visitor, 'expires_at', LONGEST + 1);
    expect(await askQuietly(visitor)).toBe('login_required');
    expect(await askQuietly(other)).toBe('code');
  });

  describe('in the audit trail', () => {
    const tryAs = async (account: { username: string; password: string }, requestId: string) => {
      const browser = new Visitor(service.url);
      await submitWith(browser, await browser.open(authorizeUrl()), account, { 'X-Request-Id': requestId });
      return eventsOf(service.database, requestId);
    };

    it('begins with an event that names user, client and dialect', async () => {
      const events = await tryAs(ADA_LOGIN, 'begin-allowed');
      expect(events).toMatchObject([
        {
          action: 'session.begin',
          outcome: 'allowed',
          subject: 'acme.example:u-ada',
          client_id: 'web',
          dialect: 'oauth',
          address: '127.0.0.1',
        },
      ]);
    });

    it.each([
      ['the password is wrong', { username: 'ada', password: 'wrong' }],
      ['there is no such user', { username: 'nobody', password: 'wrong' }],
      ['the user is disabled', { username: 'eve', password: 'eve-password' }],
    ])('has a refusal because %s, which the page does not tell', async (reason, account) => {
      const events = await tryAs(account, `begin-${account.username}-refused`);
      const refusal = { action: 'session.begin', outcome: 'refused', error: 'invalid_grant', client_id: 'web' };
      expect(events).toMatchObject([{ ...refusal, reason }]);
      const page = await visitor.submit(await ask({ prompt: 'login' }), account);
      expect(plainText(page.text)).toContain('The user name or password is not right.');
      expect(page.text).not.toContain(reason);
    });
  });
});
