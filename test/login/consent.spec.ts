import { askQuietly, submitWith } from '../harness/browser-sessions';
import {
  ADA_LOGIN,
  type Asking,
  authorizeUrl,
  LOGIN_WORLD,
  logInAt,
  newPkce,
  type Pkce,
  redeem,
} from '../harness/login-world';
import { eventsOf } from '../harness/people';
import { type Service, startService } from '../harness/service';
import { formOf, plainText, titleOf, type Visit, Visitor } from '../harness/visitor';

const PARTNER = { client: 'partner' };
const ALL = 'openid profile csp:org_owner external/tmc/tmc:admin';

describe('consent', () => {
  let service: Service;
  let visitor: Visitor;
  let pkce: Pkce;

  beforeAll(async () => {
    service = await startService({ world: LOGIN_WORLD });
  });
  afterAll(() => service?.stop());

  beforeEach(async () => {
    await service.database.query('DELETE FROM consents');
    visitor = new Visitor(service.url);
    pkce = newPkce();
    await logInAt(visitor, authorizeUrl());
  });

  const ask = (asking: Asking = PARTNER) => visitor.open(authorizeUrl(asking, pkce));
  const asking = (parameters: Asking['parameters'], client = 'partner') => ({ client, parameters });
  const allow = (page: Visit, fields: Record<string, string> = {}) =>
    visitor.submit(page, { decision: 'allow', ...fields });

  const consents = () => service.database.query('SELECT client_id, org_id, scopes FROM consents');

  /** Whether the user is asked; goes no further. */
  async function isAsked(request?: Asking): Promise<boolean> {
    const visit = await ask(request);
    if (visit.leftTo === undefined) expect(titleOf(visit)).toBe('Allow access?');
    else expect(visit.leftTo.searchParams.get('code')).toEqual(expect.any(String));
    return visit.leftTo === undefined;
  }

  /** The scope of the tokens that the redirect's code gives. */
  async function scopeOf({ leftTo }: Visit, client = 'partner', parameters = {}): Promise<unknown> {
    const code = leftTo?.searchParams.get('code') ?? '';
    const answer = await redeem(service, code, { client, parameters: { code_verifier: pkce.verifier, ...parameters } });
    expect(answer.status).toBe(200);
    return answer.json.scope;
  }

  it.each([
    ["is asked for another org's client", 'partner', true],
    ['is asked for a public client', 'spa', true],
    ["is not asked for the org's own client", 'web', false],
  ])('%s', async (_what, client, asked) => {
    expect(await isAsked({ client })).toBe(asked);
    expect(await askQuietly(visitor, { client })).toBe(asked ? 'consent_required' : 'code');
  });

  it('names the client, its org, the account, the org, and in words what the client gets', async () => {
    const page = await ask();
    expect(plainText(page.text)).toContain(
      'Partner application of Beta Limited asks to act for you in Acme Corporation. You are logged in as ada (acme.example)',
    );
    const items = [...page.text.matchAll(/<li>(.*?)<\/li>/gs)].map(([, item = '']) => plainText(item));
    expect(items).toEqual([
      'Know who you are: your name, e-mail address and groups',
      'Read your profile',
      'Act with your role org_owner',
      'Act with your role tmc:admin in Mission control',
    ]);
  });

  it('is remembered: asked once', async () => {
    await allow(await ask());
    expect(await isAsked()).toBe(false);
    expect(await askQuietly(visitor, PARTNER)).toBe('code');
    expect(await consents()).toEqual([{ client_id: 'partner', org_id: 'acme', scopes: expect.any(Array) as string[] }]);
  });

  it('is asked again for a wider scope, not for a narrower one', async () => {
    await allow(await ask(asking({ scope: 'openid' })));
    expect(await isAsked(asking({ scope: 'openid' }))).toBe(false);
    expect(await isAsked(asking({ scope: 'openid profile' }))).toBe(true);
    expect(await isAsked(asking({ scope: undefined }))).toBe(true);
    await allow(await ask(asking({ scope: 'profile' })));
    expect(await isAsked(asking({ scope: 'profile openid' }))).toBe(false); // both were given, one after the other
    expect(await isAsked(asking({ scope: 'openid csp:org_owner' }))).toBe(true);
  });

  it('is for one org', async () => {
    await allow(await ask(asking({ scope: 'openid' }, 'spa')));
    expect(await isAsked(asking({ scope: 'openid' }, 'spa'))).toBe(false);
    expect(await isAsked(asking({ scope: 'openid', orgId: 'beta' }, 'spa'))).toBe(true);
  });

  it('is for one client', async () => {
    await allow(await ask(asking({ scope: 'openid' }, 'spa')));
    expect(await isAsked(asking({ scope: 'openid' }, 'spa'))).toBe(false);
    expect(await isAsked(asking({ scope: 'openid' }))).toBe(true);
  });

  it('is of one user', async () => {
    await allow(await ask(asking({ scope: 'openid' }, 'spa')));
    const url = authorizeUrl(asking({ scope: 'openid', orgId: 'beta' }, 'spa'), pkce);
    await logInAt(visitor, url); // ada, for beta, too
    expect(await askQuietly(visitor, asking({ scope: 'openid', orgId: 'beta' }, 'spa'))).toBe('code');
    const namesake = new Visitor(service.url);
    const page = await namesake.submit(await namesake.open(url), { ...ADA_LOGIN, username: 'beta.example\\ada' });
    expect(titleOf(page)).toBe('Allow access?');
  });

  it('that is refused sends the user back with access_denied, and is not remembered', async () => {
    const page = await ask();
    const { leftTo } = await submitWith(visitor, page, { decision: 'refuse' }, { 'X-Request-Id': 'consent-refused' });
    expect(leftTo?.href).toMatch(/^https:\/\/app\.example\/callback\?error=access_denied&/);
    expect(leftTo?.searchParams.has('code')).toBe(false);
    expect(Object.fromEntries(leftTo?.searchParams ?? [])).toMatchObject({
      state: 'the state',
      iss: 'https://id.test',
    });
    expect(await consents()).toEqual([]);
    expect(await eventsOf(service.database, 'consent-refused')).toMatchObject([
      { action: 'code.issue', outcome: 'refused', error: 'access_denied', client_id: 'partner' },
    ]);
    expect(await isAsked()).toBe(true);
  });

  it('that was given before outlives a refusal', async () => {
    await allow(await ask(asking({ scope: 'openid' })));
    await visitor.submit(await ask(), { decision: 'refuse' });
    expect(await isAsked(asking({ scope: 'openid' }))).toBe(false);
  });

  it('that is neither given nor refused gives nothing', async () => {
    const { leftTo } = await visitor.submit(await ask(), {});
    expect(leftTo?.searchParams.get('error')).toBe('access_denied');
    expect(await consents()).toEqual([]);
  });

  it.each(['web', 'partner'])('is asked for prompt=consent each time, once: %s', async (client) => {
    const request = asking({ prompt: 'consent' }, client);
    for (let round = 0; round < 2; round++) {
      const page = await ask(request);
      expect(titleOf(page)).toBe('Allow access?');
      const { leftTo } = await allow(page);
      expect(leftTo?.searchParams.get('code')).toEqual(expect.any(String));
    }
    expect(await isAsked({ client })).toBe(false);
  });

  it('is asked after a login that prompt=consent login asks for', async () => {
    const login = await ask(asking({ prompt: 'consent login' }, 'web'));
    expect(titleOf(login)).toBe('Log in');
    const page = await visitor.submit(login, ADA_LOGIN);
    expect(titleOf(page)).toBe('Allow access?');
    expect((await allow(page)).leftTo?.searchParams.get('code')).toEqual(expect.any(String));
  });

  it('gives what was agreed to, whatever the token request asks for', async () => {
    expect(await scopeOf(await allow(await ask()))).toBe(ALL);
    const narrow = await allow(await ask(asking({ scope: 'openid csp:org_owner', prompt: 'consent' })));
    expect(await scopeOf(narrow, 'partner', { scope: 'openid profile' })).toBe('openid');
    const narrowAgain = await ask(asking({ scope: 'openid csp:org_owner' }));
    expect(await scopeOf(narrowAgain)).toBe('openid csp:org_owner');
  });

  it.each([
    ['more', 'openid', `${ALL} root csp:platform_operator`, 'openid'],
    ['other things', 'openid', 'profile', ''],
    ['less', ALL, 'openid external/tmc/tmc:admin', 'openid external/tmc/tmc:admin'],
    ['nothing', ALL, '', ''],
  ])('for a form that was changed to %s gives no more than both', async (_what, scope, sent, given) => {
    const page = await ask(asking({ scope }));
    expect(formOf(page.text).hidden.scope).toBe(scope);
    expect(await scopeOf(await allow(page, { scope: sent }))).toBe(given);
    expect(await consents()).toMatchObject([{ scopes: given.split(' ').filter((one) => one !== '') }]);
  });

  describe('while roles change', () => {
    const setRoles = (roles: string[]) =>
      service.database.query(`UPDATE memberships SET roles = $1 WHERE user_id = 'u-ada' AND org_id = 'acme'`, [roles]);
    afterEach(() => setRoles(['org_owner']));

    it('does not give a role that the user got after the page was shown', async () => {
      const page = await ask();
      await setRoles(['org_owner', 'developer']);
      expect(await scopeOf(await allow(page))).toBe(ALL);
      expect(await isAsked()).toBe(true);
      expect(await scopeOf(await allow(await ask()))).toContain('csp:developer');
    });

    it('does not give a role that the user lost after the page was shown, or after the code was given', async () => {
      const page = await ask();
      await setRoles([]);
      expect(await scopeOf(await allow(page))).toBe('openid profile external/tmc/tmc:admin');
      await setRoles(['org_owner']);
      const visit = await allow(await ask(asking({ prompt: 'consent' })));
      await setRoles([]);
      expect(await scopeOf(visit)).toBe('openid profile external/tmc/tmc:admin');
    });
  });

  it('cannot be given on a page that was shown to another user of the browser', async () => {
    const page = await ask();
    const login = await visitor.open(authorizeUrl(asking({ prompt: 'login' })));
    await visitor.submit(login, { username: 'beta.example\\bob', password: 'bob-password' });
    const { status, leftTo } = await allow(page);
    expect({ status, leftTo }).toEqual({ status: 403, leftTo: undefined });
    expect(await consents()).toEqual([]);
  });

  it('is in the audit trail, with the code that it gives', async () => {
    await submitWith(visitor, await ask(), { decision: 'allow' }, { 'X-Request-Id': 'consent-given' });
    const event = { outcome: 'allowed', subject: 'acme.example:u-ada', client_id: 'partner', org_id: 'acme' };
    expect(await eventsOf(service.database, 'consent-given')).toMatchObject([
      { action: 'consent.give', reason: ALL, ...event },
      { action: 'code.issue', ...event },
    ]);
  });
});
