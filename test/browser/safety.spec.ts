import os from 'node:os';
import type { Page } from 'playwright-core';
import {
  expectPage,
  fillInLogin,
  type OtherSite,
  requestOf,
  startOtherSite,
  startWalk,
  type Walk,
} from '../harness/browser-walk';
import { type BrowserOfPerson, newPerson } from '../harness/chromium';
import { formOf } from '../harness/visitor';

const HAS_IPV6 = Object.values(os.networkInterfaces()).some((all) => all?.some(({ address }) => address === '::1'));

const CLIENTS = [
  { at: '127.0.0.1', username: 'carl' },
  ...(HAS_IPV6 ? [{ at: '[::1]', username: 'dora' }] : []),
] as const;

/** Another site is on another host, or only at another port of the same: then it has the cookies of ours sent. */
const ATTACKERS = ['127.0.0.1', 'localhost'] as const;

describe('the login in a real browser', () => {
  let walk: Walk;
  let site: OtherSite;
  let person: BrowserOfPerson;
  let page: Page;

  beforeAll(async () => {
    walk = await startWalk();
    site = await startOtherSite('<h1>Welcome back</h1>');
  }, 120_000);
  afterAll(async () => {
    await site?.stop();
    await walk?.stop();
  });

  async function be(options: Parameters<typeof newPerson>[1] = {}): Promise<void> {
    person = await newPerson(walk.browser, options);
    page = await person.context.newPage();
  }
  afterEach(() => person?.context.close());

  const redirectUri = () => `${site.origin}/callback`;

  /** Who has come to the client has nothing to complain of. */
  async function expectCode(at = redirectUri()): Promise<void> {
    await page.waitForURL((url) => url.href.startsWith(at));
    await page.getByRole('heading', { name: 'Welcome back' }).waitFor();
    expect(Object.fromEntries(new URL(page.url()).searchParams)).toEqual({
      code: expect.stringMatching(/^[\w-]{43}$/) as string,
      state: 'the state',
      iss: walk.origin,
    });
    expect(person.complaints).toEqual([]);
  }

  it('works without JavaScript', async () => {
    await be({ javaScriptEnabled: false });
    await page.goto(requestOf(walk, { redirect_uri: redirectUri(), domain: undefined }));
    await page.getByRole('link', { name: 'Beta beta.example' }).click();
    await page.getByRole('link', { name: 'Change the domain' }).click();
    await page.getByRole('link', { name: 'Acme acme.example' }).click();
    await fillInLogin(page, 'ada', 'wrong');
    await page.getByRole('alert').waitFor();
    await fillInLogin(page, 'ada');
    await page.getByRole('button', { name: 'Allow' }).click();
    await page.waitForURL((url) => url.href.startsWith(redirectUri()));
    expect(new URL(page.url()).searchParams.get('code')).toMatch(/^[\w-]{43}$/);
  });

  it('leads back to the choice of domains from the login with none', async () => {
    await be();
    await page.goto(requestOf(walk, { domain: undefined }));
    await page.getByRole('link', { name: 'My domain is not listed' }).click();
    await expectPage(page, 'Log in');
    await page.getByRole('link', { name: /domain/i }).click();
    await expectPage(page, 'Choose your domain');
  });

  it('works by keyboard alone', async () => {
    await be();
    const { keyboard } = page;
    const focused = page.locator(':focus');
    await page.goto(requestOf(walk, { redirect_uri: redirectUri(), domain: undefined }));
    await keyboard.press('Tab');
    expect(await focused.textContent()).toBe('Acme acme.example');
    await keyboard.press('Enter');
    await expectPage(page, 'Log in');
    await keyboard.type('bob');
    await keyboard.press('Tab');
    await keyboard.type('bob-password');
    await keyboard.press('Enter');
    await expectPage(page, 'Allow access?');
    await keyboard.press('Tab');
    expect(await focused.textContent()).toBe('Allow');
    await keyboard.press('Enter');
    await expectCode();
  });

  it.each(CLIENTS)('lets both forms lead to a client at $at', async ({ at, username }) => {
    await be();
    const client = await startOtherSite('<h1>Welcome back</h1>', at.replace(/[[\]]/g, ''));
    try {
      const redirect = `${client.origin}/callback`;
      const request = requestOf(walk, { redirect_uri: redirect });
      await page.goto(request);
      await fillInLogin(page, username);
      await page.getByRole('button', { name: 'Allow' }).click();
      await expectCode(redirect);
      await person.context.clearCookies();
      await page.goto(request); // consent has been given by now
      await fillInLogin(page, username);
      await expectCode(redirect);
    } finally {
      await client.stop();
    }
  });

  describe.each(ATTACKERS)('against a site on %s', (host) => {
    /** Someone else's page at that host. */
    async function visitAttacker(html: string, work: () => Promise<void>): Promise<void> {
      const attacker = await startOtherSite(html);
      try {
        await page.goto(attacker.origin.replace('127.0.0.1', host));
        await work();
      } finally {
        await attacker.stop();
      }
    }

    it('shows its pages in no frame', async () => {
      await be();
      const framed = [requestOf(walk), requestOf(walk, { client_id: 'nobody' }), `${walk.origin}/oauth2/logout`];
      const frames = [...framed, site.origin].map((url) => `<iframe src="${url.replaceAll('&', '&amp;')}"></iframe>`);
      await visitAttacker(frames.join(''), async () => {
        await page.frameLocator('iframe >> nth=3').getByText('Welcome back').waitFor(); // one that does not mind
        const shown = page.frames().slice(1, 4);
        expect(shown.map((frame) => frame.url())).toEqual(shown.map(() => 'chrome-error://chromewebdata/'));
        const refusals = person.complaints.filter((text) => text.includes("frame-ancestors 'none'"));
        expect(refusals).toHaveLength(framed.length);
      });
    });

    it.each([
      ['logs nobody in', { step: 'login', username: 'eve', password: 'eve-password' }],
      ['gives no consent', { step: 'consent', decision: 'allow', scope: 'openid profile csp:org_owner' }],
      ['logs nobody out', { step: 'logout-everywhere' }],
    ])('%s by a form of the other site', async (_what, fields) => {
      await be();
      const request = requestOf(walk, { redirect_uri: redirectUri() });
      const isLogin = fields.step === 'login';
      if (!isLogin) {
        await page.goto(request);
        await fillInLogin(page, 'eve');
        await expectPage(page, 'Allow access?');
      }
      const sessions = await sessionsOf(person);
      // A token of the attacker's own browser, which is good there.
      const ownPage = await fetch(request);
      const { form_token: token = '' } = formOf(await ownPage.text()).hidden;
      const target = fields.step === 'logout-everywhere' ? `${walk.origin}/oauth2/logout` : request;
      await visitAttacker(autoSubmitted(target, { ...fields, form_token: token }), async () => {
        await expectPage(page, 'This cannot go on');
        expect(await page.getByRole('main').textContent()).toContain('did not come from here');
      });
      expect(await sessionsOf(person)).toEqual(sessions);
      expect(sessions).toHaveLength(isLogin ? 0 : 1);
      await page.goto(request);
      await expectPage(page, isLogin ? 'Log in' : 'Allow access?');
    });
  });
});

async function sessionsOf({ context }: BrowserOfPerson): Promise<string[]> {
  const cookies = await context.cookies();
  return cookies.filter(({ name }) => name === 'gatehouse_session').map(({ value }) => value);
}

/** A page that sends a form as soon as it is opened. */
function autoSubmitted(action: string, fields: Record<string, string>): string {
  const inputs = Object.entries(fields).map(([name, value]) => `<input type="hidden" name="${name}" value="${value}">`);
  const form = `<form method="post" action="${action.replaceAll('&', '&amp;')}">${inputs.join('')}</form>`;
  return `${form}<script>document.forms[0].submit()</script>`;
}
