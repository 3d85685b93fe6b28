import { ADA_LOGIN, AUTHORIZE_PATHS, authorizeUrl, LOGIN_WORLD, logInAt } from '../harness/login-world';
import { talk } from '../harness/raw-http';
import { type Service, startService } from '../harness/service';
import { formOf, titleOf, type Visit, Visitor } from '../harness/visitor';

const LOGOUT = '/oauth2/logout';
const FORM_COOKIE = '__Host-gatehouse_form';
const EVIL = { Origin: 'https://evil.example', Referer: 'https://evil.example/', 'Sec-Fetch-Site': 'cross-site' };

interface Opened {
  readonly visitor: Visitor;
  readonly page: Visit;
  /** What the user fills in. */
  readonly fields: Record<string, string>;
}

interface Attempt {
  /** Where the form is sent, if not where it should be. */
  readonly url?: URL;
  /** Instead of the form's own. */
  readonly token: string | undefined;
  readonly headers?: Record<string, string>;
}

describe('a form of the login pages', () => {
  let service: Service;

  let tokenOfAda: string;

  beforeAll(async () => {
    service = await startService({ world: LOGIN_WORLD });
    tokenOfAda = tokenIn(await (await loggedIn()).open(authorizeUrl({ parameters: { prompt: 'login' } })));
  });
  afterAll(() => service?.stop());

  async function loggedIn(): Promise<Visitor> {
    const visitor = new Visitor(service.url);
    await logInAt(visitor, authorizeUrl());
    return visitor;
  }

  const FORMS: Readonly<Record<string, () => Promise<Opened>>> = {
    'to log in': async () => {
      const visitor = new Visitor(service.url);
      return { visitor, page: await visitor.open(authorizeUrl()), fields: ADA_LOGIN };
    },
    'to log in again': async () => {
      const visitor = await loggedIn();
      return {
        visitor,
        page: await visitor.open(authorizeUrl({ parameters: { prompt: 'login' } })),
        fields: ADA_LOGIN,
      };
    },
    'to consent': async () => {
      const visitor = await loggedIn();
      return { visitor, page: await visitor.open(authorizeUrl({ client: 'partner' })), fields: { decision: 'allow' } };
    },
    'to log out': async () => {
      const visitor = await loggedIn();
      return { visitor, page: await visitor.open(LOGOUT), fields: { step: 'logout' } };
    },
    'to log out everywhere': async () => {
      const visitor = await loggedIn();
      return { visitor, page: await visitor.open(LOGOUT), fields: { step: 'logout-everywhere' } };
    },
  };

  const tokenIn = (page: Visit) => formOf(page.text).hidden.form_token ?? '';
  const foreignToken = async () => tokenIn(await new Visitor(service.url).open(authorizeUrl()));

  const ATTEMPTS: Readonly<Record<string, (opened: Opened) => Attempt | Promise<Attempt>>> = {
    'without a token': () => ({ token: undefined }),
    'without a token, from another site': () => ({ token: undefined, headers: EVIL }),
    'with an empty token': () => ({ token: '' }),
    'with a made-up token': () => ({ token: `${'a'.repeat(64)}.${'b'.repeat(64)}` }),
    "with another browser's token": async () => ({ token: await foreignToken(), headers: EVIL }),
    "with the token of another browser of the same user's": () => ({ token: tokenOfAda }),
    'with a token in the URL': ({ page }) => {
      const url = new URL(formOf(page.text).action, page.url);
      url.searchParams.set('form_token', tokenIn(page));
      return { url, token: undefined };
    },
    'with a token that is cut off': ({ page }) => ({ token: tokenIn(page).slice(0, -1) }),
    'with its token, but without the cookie of that': ({ visitor, page }) => {
      visitor.cookies.delete(FORM_COOKIE);
      return { token: tokenIn(page) };
    },
    "with another browser's token and a cookie of the same": ({ visitor }) => {
      visitor.cookies.set(FORM_COOKIE, tokenOfAda);
      return { token: tokenOfAda };
    },
  };

  /** All that a form could change. */
  async function changes(): Promise<object[]> {
    return service.database.query(`
      SELECT (SELECT count(*) FROM browser_sessions) AS sessions,
             (SELECT count(*) FROM browser_sessions WHERE ended_at IS NULL) AS open_sessions,
             (SELECT max(auth_time) FROM browser_sessions) AS last_login,
             (SELECT count(*) FROM authorization_codes) AS codes,
             (SELECT count(*) FROM consents) AS consents,
             (SELECT count(*) FROM families WHERE ended_at IS NULL) AS logins`);
  }

  describe.each(Object.keys(FORMS))('%s', (form) => {
    let opened: Opened;
    let cookies: readonly (readonly [string, string])[];

    beforeAll(async () => {
      const open = FORMS[form];
      if (open === undefined) throw new Error(`There is no form ${form}.`);
      opened = await open();
      cookies = [...opened.visitor.cookies];
      expect(tokenIn(opened.page)).toMatch(/^[0-9a-f]{64}\.[0-9a-f]{64}$/);
    });
    afterEach(() => cookies.forEach(([name, value]) => opened.visitor.cookies.set(name, value)));

    it.each(Object.keys(ATTEMPTS))('does nothing when it comes %s', async (attempt) => {
      const { visitor, page, fields } = opened;
      const { action, hidden } = formOf(page.text);
      const { url = new URL(action, page.url), token, headers } = (await ATTEMPTS[attempt]?.(opened)) ?? { token: 'x' };
      const { form_token: _own, ...rest } = hidden;
      const before = await changes();
      const sent = { ...rest, ...fields, ...(token === undefined ? {} : { form_token: token }) };
      const refused = await visitor.post(url, sent, headers);
      expect([refused.status, titleOf(refused)]).toEqual([403, 'This cannot go on']);
      expect(refused.headers.getSetCookie()).toEqual([]);
      expect(await changes()).toEqual(before);
    });

    it('does what it should as it is', async () => {
      const before = await changes();
      expect((await opened.visitor.submit(opened.page, opened.fields)).status).toBeLessThan(400);
      expect(await changes()).not.toEqual(before);
    });
  });

  it('of before the login does nothing after it', async () => {
    const visitor = new Visitor(service.url);
    const page = await visitor.open(authorizeUrl());
    await logInAt(visitor, authorizeUrl());
    const before = await changes();
    expect((await visitor.submit(page, ADA_LOGIN)).status).toBe(403);
    expect(await changes()).toEqual(before);
  });

  it.each(['text/plain', 'application/json', 'multipart/form-data; boundary=x', ''])(
    'does nothing as %j, which other sites can send, too',
    async (contentType) => {
      const visitor = new Visitor(service.url);
      const page = await visitor.open(authorizeUrl());
      const before = await changes();
      const refused = await visitor.post(
        formOf(page.text).action,
        { ...formOf(page.text).hidden, ...ADA_LOGIN },
        { 'Content-Type': contentType, ...EVIL },
      );
      expect([refused.status, titleOf(refused)]).toEqual([415, 'This cannot go on']);
      expect(await changes()).toEqual(before);
    },
  );

  it('is none of ours without a step that we know', async () => {
    const visitor = await loggedIn();
    const page = await visitor.open(authorizeUrl({ client: 'partner', parameters: { prompt: 'consent' } }));
    const before = await changes();
    const { leftTo } = await visitor.submit(page, { step: 'anything', decision: 'allow' });
    expect(leftTo?.searchParams.get('error')).toBe('invalid_request');
    expect(await changes()).toEqual(before);
  });

  describe.each(['form', 'session'])('with a %s cookie', (meaning) => {
    const names = [`__Host-gatehouse_${meaning}`, `gatehouse_${meaning}`];
    const COOKIES = [
      '=j:{}',
      '=%FF',
      '=%00',
      '=%',
      '=',
      '',
      '=.',
      '=a.b.c.d',
      '="quoted"',
      '=ÿþ',
      '={"__proto__":1}',
      `=${'a'.repeat(8_000)}`,
      `=${'a.'.repeat(3_000)}`,
      '=first; __proto__=x; constructor=y; =z; ;; =',
    ];

    it.each(COOKIES)('that ends in %.20s shows the page, and changes nothing', async (value) => {
      const twice = names.map((name) => `${name}${value}`);
      const headers = { Cookie: [...twice, ...twice].join('; ').slice(0, 14_000) };
      for (const path of [...Object.values(AUTHORIZE_PATHS), LOGOUT]) {
        const url = path === LOGOUT ? LOGOUT : `${path}?${authorizeUrl().split('?')[1] ?? ''}`;
        const page = await new Visitor(service.url).open(url, headers);
        expect([page.status, titleOf(page)]).toEqual([200, path === LOGOUT ? 'You are logged out' : 'Log in']);
        const sent = { step: path === LOGOUT ? 'logout' : 'login', form_token: value.slice(1), ...ADA_LOGIN };
        expect((await new Visitor(service.url).post(url, sent, headers)).status).toBe(403);
      }
    });

    it('that is longer than any header may be is refused', async () => {
      const cookie = `${names[0]}=${'a'.repeat(20_000)}`;
      const request = `GET ${authorizeUrl()} HTTP/1.1\r\nHost: id.test\r\nCookie: ${cookie}\r\n\r\n`;
      expect(await talk(service.url, request)).toMatchObject({ status: 431 });
    });
  });
});
