import { decodeJwt, decodeProtectedHeader, generateKeyPair, SignJWT } from 'jose';
import { setTimeout as sleep } from 'node:timers/promises';
import { Signer } from '../../src/keys/signer';
import {
  askQuietly,
  cookieOf,
  ENDED,
  isAlive,
  NOT_ENDED,
  passwordLogin,
  stateOf,
  submitWith,
  tokensOf,
} from '../harness/browser-sessions';
import { DIALECTS } from '../harness/dialects';
import type { Answer } from '../harness/http';
import { authorizeUrl, LOGIN_WORLD, newPkce, redeem } from '../harness/login-world';
import { eventsOf } from '../harness/people';
import { type Service, startService } from '../harness/service';
import { formOf, plainText, titleOf, type Visit, Visitor } from '../harness/visitor';

const GOODBYE = 'https://app.example/goodbye';
const BOB = { username: 'beta.example\\bob', password: 'bob-password' };
const BYE = 'You are logged out';

const NEAR_MISSES = [
  `${GOODBYE}/`,
  `${GOODBYE}?x=1`,
  `${GOODBYE}#x`,
  'https://app.example/Goodbye',
  'https://APP.example/goodbye',
  'https://app.example:443/goodbye',
  'http://app.example/goodbye',
  'https://app.example.evil.test/goodbye',
  'https://app.example@evil.test/goodbye',
  'https://app.example/callback', // is a redirect URI, for other answers
  '//app.example/goodbye',
  'javascript:alert(1)',
];

describe('logging out', () => {
  let service: Service;
  let visitor: Visitor;
  /** Of ada's login at `web` in that browser. */
  let tokens: Answer;

  beforeAll(async () => {
    service = await startService({ world: LOGIN_WORLD, env: { CSP_ISSUER: 'https://csp.test' } });
  });
  afterAll(() => service?.stop());

  beforeEach(async () => {
    visitor = new Visitor(service.url);
    tokens = await tokensOf(service, visitor);
  });

  const hintOf = ({ json }: Answer = tokens) => String(json.id_token);
  const logOut = (parameters: Record<string, string> | [string, string][] = {}, browser = visitor, requestId = '') =>
    browser.open(
      `/oauth2/logout?${new URLSearchParams(parameters).toString()}`,
      requestId === '' ? {} : { 'X-Request-Id': requestId },
    );

  const expectEnded = async () => expect(await stateOf(service, visitor, tokens)).toEqual(ENDED);
  const expectNothingEnded = async () => expect(await stateOf(service, visitor, tokens)).toEqual(NOT_ENDED);

  async function expectRefused(visit: Visit): Promise<void> {
    expect({ status: visit.status, title: titleOf(visit) }).toEqual({ status: 400, title: 'This cannot go on' });
    expect(visit.headers.get('location')).toBeNull();
    expect(visit.headers.getSetCookie()).toEqual([]);
    await expectNothingEnded();
  }

  describe('with an ID token', () => {
    it.each(DIALECTS)('of the $dialect dialect ends session and login, and returns to the client', async (dialect) => {
      tokens = await tokensOf(service, visitor, dialect);
      const cookie = cookieOf(visitor) ?? '';
      const { status, leftTo } = await logOut({
        id_token_hint: hintOf(),
        post_logout_redirect_uri: GOODBYE,
        state: 'a b&c',
      });
      expect({ status, to: leftTo?.href }).toEqual({ status: 302, to: `${GOODBYE}?state=a+b%26c` });
      expect(cookieOf(visitor)).toBeUndefined();
      visitor.cookies.set('__Host-gatehouse_session', cookie); // it is not only out of sight
      await expectEnded();
    });

    it('shows that it is done where there is nowhere to go', async () => {
      const page = await logOut({ id_token_hint: hintOf() });
      expect({ status: page.status, title: titleOf(page) }).toEqual({ status: 200, title: BYE });
      await expectEnded();
    });

    it('may come as a form of the client', async () => {
      const form = { id_token_hint: hintOf(), post_logout_redirect_uri: GOODBYE, state: 's' };
      const { leftTo } = await visitor.post('/oauth2/logout', form);
      expect(leftTo?.href).toBe(`${GOODBYE}?state=s`);
      await expectEnded();
    });

    it('takes one that has expired', async () => {
      const code = (await visitor.open(authorizeUrl())).leftTo?.searchParams.get('code') ?? '';
      tokens = await redeem(service, code, { parameters: { accessTokenValiditySeconds: '1' } });
      await sleep(1_100);
      expect(decodeJwt(hintOf()).exp).toBeLessThan(Date.now() / 1_000);
      expect(titleOf(await logOut({ id_token_hint: hintOf(), client_id: 'web' }))).toBe(BYE);
      await expectEnded();
    });

    it("ends other clients' logins in the same session, not those of another browser or of a password", async () => {
      const beside = await tokensOf(service, visitor, { client: 'strict' });
      const other = new Visitor(service.url);
      const elsewhere = await tokensOf(service, other);
      const byPassword = await passwordLogin(service);
      await logOut({ id_token_hint: hintOf() });
      await expectEnded();
      expect(await isAlive(service, beside, 'strict')).toBe(false);
      expect(await isAlive(service, elsewhere)).toBe(true);
      expect(await askQuietly(other)).toBe('code');
      expect(await isAlive(service, byPassword)).toBe(true);
    });

    it('kills a code that was given before', async () => {
      const pkce = newPkce();
      const codes: string[] = [];
      for (let index = 0; index < 2; index++) {
        const { leftTo } = await visitor.open(authorizeUrl({}, pkce));
        codes.push(leftTo?.searchParams.get('code') ?? '');
      }
      const parameters = { code_verifier: pkce.verifier };
      expect((await redeem(service, codes[0] ?? '', { parameters })).status).toBe(200);
      await logOut({ id_token_hint: hintOf() });
      const answer = await redeem(service, codes[1] ?? '', { parameters });
      expect(answer).toMatchObject({ status: 400, json: { error: 'invalid_grant' } });
    });

    it('ends a login that a browser without the session asks to end, and no session', async () => {
      const byPassword = await passwordLogin(service);
      const page = await logOut({ id_token_hint: hintOf(byPassword) }, new Visitor(service.url));
      expect(titleOf(page)).toBe(BYE);
      expect(await isAlive(service, byPassword)).toBe(false);
      await expectNothingEnded();
    });

    it("asks first when it is another user's, and then ends only what the browser's user has", async () => {
      const bobs = await tokensOf(service, new Visitor(service.url), {}, BOB);
      const page = await logOut({ id_token_hint: hintOf(bobs), post_logout_redirect_uri: GOODBYE });
      expect(titleOf(page)).toBe('Log out?');
      expect(page.text).not.toContain(hintOf(bobs));
      await expectNothingEnded();
      expect(await isAlive(service, bobs)).toBe(true);
      expect((await visitor.submit(page, { step: 'logout' })).leftTo?.href).toBe(GOODBYE);
      await expectEnded();
      expect(await isAlive(service, bobs)).toBe(true);
    });

    it.each<[string, () => string | Promise<string>]>([
      ['garbage', () => 'garbage'],
      ['an access token', () => String(tokens.json.access_token)],
      [
        'an access token of the csp dialect',
        async () => {
          tokens = await tokensOf(service, visitor, { dialect: 'csp' });
          return String(tokens.json.access_token);
        },
      ],
      ['a refresh token', () => String(tokens.json.refresh_token)],
      [
        'signed by another key under our key id',
        async () => {
          const { kid = '' } = decodeProtectedHeader(hintOf());
          const { privateKey } = await generateKeyPair('RS256');
          return new SignJWT(decodeJwt(hintOf()))
            .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid })
            .sign(privateKey);
        },
      ],
      [
        'not signed',
        () => {
          const header = { ...decodeProtectedHeader(hintOf()), alg: 'none' };
          return `${Buffer.from(JSON.stringify(header)).toString('base64url')}.${hintOf().split('.')[1]}.`;
        },
      ],
      [
        'of another issuer',
        () => service.app.get(Signer).sign('RS256', 'JWT', { ...decodeJwt(hintOf()), iss: 'https://x.test' }),
      ],
    ])('refuses a hint that is %s, and ends nothing', async (_what, make) => {
      await expectRefused(await logOut({ id_token_hint: await make(), post_logout_redirect_uri: GOODBYE }));
    });

    it('takes what our key has signed anew, so that the refusals above are for what they say', async () => {
      const resigned = await service.app.get(Signer).sign('RS256', 'JWT', decodeJwt(hintOf()));
      expect((await logOut({ id_token_hint: resigned, post_logout_redirect_uri: GOODBYE })).leftTo?.href).toBe(GOODBYE);
    });

    it('refuses a client_id that is not the one of the hint', async () => {
      await expectRefused(await logOut({ id_token_hint: hintOf(), client_id: 'strict' }));
    });

    it('refuses to return to where the client has not registered, however near', async () => {
      for (const uri of NEAR_MISSES) {
        const { status, headers } = await logOut({ id_token_hint: hintOf(), post_logout_redirect_uri: uri });
        expect({ uri, status, to: headers.get('location') }).toEqual({ uri, status: 400, to: null });
      }
      await expectNothingEnded();
    });

    it('refuses to return to one of two addresses', async () => {
      const two = [GOODBYE, 'https://evil.test/'].map((uri): [string, string] => ['post_logout_redirect_uri', uri]);
      await expectRefused(await logOut([['id_token_hint', hintOf()], ...two]));
    });
  });

  describe('without an ID token', () => {
    it('asks, names the account, and ends nothing before the answer', async () => {
      const page = await logOut();
      expect(titleOf(page)).toBe('Log out?');
      expect(plainText(page.text)).toContain('You are logged in as ada (acme.example)');
      await expectNothingEnded();
      expect(titleOf(await visitor.submit(page, { step: 'logout' }))).toBe(BYE);
      expect(cookieOf(visitor)).toBeUndefined();
      await expectEnded();
    });

    it('returns to the client that client_id names, after the answer', async () => {
      const page = await logOut({ client_id: 'web', post_logout_redirect_uri: GOODBYE, state: 's' });
      expect(plainText(page.text)).toContain('web asks to log you out.');
      await expectNothingEnded();
      expect((await visitor.submit(page, { step: 'logout' })).leftTo?.href).toBe(`${GOODBYE}?state=s`);
      await expectEnded();
    });

    it('refuses to return to where no client is known, or not to that one', async () => {
      await expectRefused(await logOut({ post_logout_redirect_uri: GOODBYE }));
      await expectRefused(await logOut({ post_logout_redirect_uri: GOODBYE, client_id: 'nobody' }));
      await expectRefused(await logOut({ post_logout_redirect_uri: `${GOODBYE}/`, client_id: 'web' }));
    });

    it('refuses an answer that did not come from the page', async () => {
      const page = await logOut();
      const { action, hidden } = formOf(page.text);
      const { status } = await visitor.post(action, { ...hidden, form_token: 'forged', step: 'logout' });
      expect(status).toBe(403);
      expect((await visitor.post(action, { step: 'logout-everywhere' })).status).toBe(403);
      await expectNothingEnded();
    });

    it('has nothing to ask where nobody is logged in', async () => {
      expect(titleOf(await logOut({}, new Visitor(service.url)))).toBe(BYE);
      await expectNothingEnded();
    });

    it('everywhere ends all that the user has in all browsers and by passwords, and nothing of others', async () => {
      const other = new Visitor(service.url);
      const all = [
        tokens,
        await tokensOf(service, other),
        await passwordLogin(service),
        await passwordLogin(service, { orgId: 'beta' }),
      ];
      const bob = new Visitor(service.url);
      const bobs = [
        await tokensOf(service, bob, {}, BOB),
        await passwordLogin(service, { username: 'bob', password: 'bob-password', domain: 'beta.example' }),
      ];
      const code = (await other.open(authorizeUrl())).leftTo?.searchParams.get('code') ?? '';
      const page = await visitor.submit(await logOut(), { step: 'logout-everywhere' });
      expect(titleOf(page)).toBe(BYE);
      expect(await Promise.all(all.map((one) => isAlive(service, one)))).toEqual([false, false, false, false]);
      expect([await askQuietly(visitor), await askQuietly(other)]).toEqual(['login_required', 'login_required']);
      expect((await redeem(service, code)).json).toMatchObject({ error: 'invalid_grant' });
      expect(await Promise.all(bobs.map((one) => isAlive(service, one)))).toEqual([true, true]);
      expect(await askQuietly(bob)).not.toBe('login_required');
    });
  });

  describe('in the audit trail', () => {
    const ended = { action: 'session.end', outcome: 'allowed', subject: 'acme.example:u-ada' };

    it.each(['logout', 'logout-everywhere'])('is one event for an answer: %s', async (step) => {
      await submitWith(visitor, await logOut(), { step }, { 'X-Request-Id': `answer-${step}` });
      expect(await eventsOf(service.database, `answer-${step}`)).toMatchObject([ended]);
    });

    it('is one event that names user and client of the ID token', async () => {
      await logOut({ id_token_hint: hintOf() }, visitor, 'hint');
      expect(await eventsOf(service.database, 'hint')).toMatchObject([{ ...ended, client_id: 'web' }]);
    });

    it('is an event with its reason when it is refused', async () => {
      await expectRefused(await logOut({ id_token_hint: 'garbage' }, visitor, 'refused-hint'));
      const refused = { action: 'session.end', outcome: 'refused', error: 'invalid_request' };
      expect(await eventsOf(service.database, 'refused-hint')).toMatchObject([refused]);
    });
  });
});
