import { decodeJwt, decodeProtectedHeader } from 'jose';
import { Signer } from '../../src/keys/signer';
import { DIALECTS, type DialectName } from '../harness/dialects';
import { errorName, expectErrorShape } from '../harness/error-shape';
import { ACCESS_TOKEN_TYPE, ExchangeWorld, type Login, TOKEN_EXCHANGE } from '../harness/exchange-world';
import { FORGED_TOKENS } from '../harness/forged-tokens';
import { type Answer, basic, get, post } from '../harness/http';
import { USERINFO_PATHS } from '../harness/login-world';

const PERSON = {
  preferred_username: 'ada',
  email: 'Ada@acme.example',
  email_verified: true,
  given_name: 'Ada',
  family_name: 'Lovelace',
  name: 'Ada Lovelace',
  group_ids: ['board', 'engineering'],
  group_names: ['Board', 'Engineering'],
};
const CLAIMS = {
  csp: {
    sub: 'acme.example:ada',
    domain: 'acme.example',
    username: 'ada',
    acct: 'Ada@acme.example',
    context: 'acme',
    context_name: 'acme',
  },
  'identity-manager': { sub: 'ada', user_id: 'ada', domain: 'acme.example', org_id: 'acme' },
  oauth: { sub: 'ada', org_id: 'acme' },
};

describe('userinfo', () => {
  let world: ExchangeWorld;

  beforeAll(async () => {
    world = await ExchangeWorld.start();
    const { database } = world.service;
    await database.query(`UPDATE users SET given_name = 'Ada', family_name = 'Lovelace' WHERE id = 'ada'`);
    await database.query(`INSERT INTO groups (id, name, org_id) VALUES ('board', 'Board', 'acme')`);
    await database.query(`INSERT INTO group_members (group_id, user_id) VALUES ('board', 'ada')`);
  });
  afterAll(() => world?.stop());

  const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });
  const ask = (dialect: DialectName, headers: Record<string, string> = {}, query = '') =>
    get(`${world.service.url}${USERINFO_PATHS[dialect]}${query}`, headers);
  const statusesOf = async (token: string) =>
    Promise.all(DIALECTS.map(async ({ dialect }) => (await ask(dialect, bearer(token))).status));

  function expectRefused(answer: Answer, dialect: DialectName, status: 401 | 403 = 401): void {
    const error = status === 401 ? 'invalid_token' : 'insufficient_scope';
    expect({ status: answer.status, error: errorName(answer, dialect) }).toEqual({ status, error });
    expect(answer.headers.get('www-authenticate')).toBe(`Bearer realm="Gatehouse", error="${error}"`);
    expectErrorShape(answer, dialect);
  }

  /** RFC 6750 section 3.1: nothing is said of a token that was not sent. */
  function expectChallenged(answer: Answer, dialect: DialectName): void {
    expect({ status: answer.status, error: errorName(answer, dialect) }).toEqual({
      status: 401,
      error: 'invalid_token',
    });
    expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="Gatehouse"');
    expectErrorShape(answer, dialect);
  }

  async function expectRefusedEverywhere(token: string): Promise<void> {
    for (const { dialect } of DIALECTS) expectRefused(await ask(dialect, bearer(token)), dialect);
  }

  describe.each(DIALECTS)('in the $dialect dialect', ({ dialect }) => {
    let login: Login;

    beforeAll(async () => {
      login = await world.login('ada', { dialect, form: { maxGroupsInIdToken: '1' } });
    });

    it('tells who the user is, by the subject of the ID token, with all groups', async () => {
      const answer = await ask(dialect, bearer(login.accessToken));
      expect({ status: answer.status, json: answer.json }).toEqual({
        status: 200,
        json: { ...CLAIMS[dialect], ...PERSON },
      });
      expect(answer.headers.get('cache-control')).toBe('no-store');
      expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
      const { sub, group_names: names } = decodeJwt(login.idToken);
      expect({ sub, names }).toEqual({ sub: answer.json.sub, names: ['Board'] });
    });

    it('is where discovery says it is', async () => {
      const prefixes = { csp: '/csp/gateway/am/api', 'identity-manager': '/SAAS/auth', oauth: '' };
      const { json } = await get(`${world.service.url}${prefixes[dialect]}/.well-known/openid-configuration`);
      expect(json.userinfo_endpoint).toBe(`https://id.test${USERINFO_PATHS[dialect]}`);
    });

    it('takes the token from the Authorization header alone', async () => {
      expectChallenged(await ask(dialect, {}, `?access_token=${login.accessToken}`), dialect);
      expectChallenged(await ask(dialect, { Cookie: `access_token=${login.accessToken}` }), dialect);
      expectChallenged(await ask(dialect, { Authorization: login.accessToken }), dialect);
      expect((await ask(dialect, { Authorization: `bearer ${login.accessToken}` })).status).toBe(200);
    });

    it(`${dialect === 'csp' ? 'takes' : 'ignores'} the header csp-auth-token`, async () => {
      const answer = await ask(dialect, { 'csp-auth-token': login.accessToken });
      if (dialect !== 'csp') return expectChallenged(answer, dialect);
      expect(answer).toMatchObject({ status: 200, json: { sub: 'acme.example:ada' } });
      expectRefused(await ask(dialect, { 'csp-auth-token': login.idToken }), dialect);
    });

    it(`${dialect === 'oauth' ? 'takes' : 'does not take'} a POST`, async () => {
      const answer = await post(`${world.service.url}${USERINFO_PATHS[dialect]}`, {
        headers: bearer(login.accessToken),
      });
      if (dialect === 'oauth') expect(answer).toMatchObject({ status: 200, json: { sub: 'ada' } });
      else expect({ status: answer.status, allow: answer.headers.get('allow') }).toEqual({ status: 405, allow: 'GET' });
    });

    if (dialect === 'oauth') {
      const posted = (form: Record<string, string> | string, headers: Record<string, string> = {}) =>
        post(world.service.url + USERINFO_PATHS.oauth, { form, headers });

      it('takes it from the form of a POST, too (RFC 6750 section 2.2)', async () => {
        const form = { access_token: login.accessToken };
        expect(await posted(form)).toMatchObject({ status: 200, json: { sub: 'ada' } });
        expectRefused(await posted({ access_token: login.idToken }), dialect);
        expectChallenged(await posted({ token: login.accessToken }), dialect);
        expectChallenged(await posted(JSON.stringify(form), { 'Content-Type': 'application/json' }), dialect);
        // Whoever asks as before may send a form of whatever beside it.
        expect((await posted({ format: 'json' }, bearer(login.accessToken))).status).toBe(200);
      });

      it('refuses two tokens in one request, and two in one form', async () => {
        const form = `access_token=${login.accessToken}`;
        for (const answer of [
          await posted(form, bearer(login.accessToken)),
          await posted(form, basic('app', 'app-secret')),
          await posted(`${form}&${form}`),
        ]) {
          expect({ status: answer.status, error: answer.json.error }).toEqual({
            status: 400,
            error: 'invalid_request',
          });
        }
      });
    } else {
      it('takes it from no form', async () => {
        const url = `${world.service.url}/csp/gateway/am/api/orgs/acme/api-tokens`;
        expect((await post(url, { form: { access_token: login.accessToken } })).status).toBe(401);
      });
    }

    it("needs the user's token, not the client's credentials or nothing", async () => {
      for (const headers of [{}, basic('app', 'app-secret')]) expectChallenged(await ask(dialect, headers), dialect);
      for (const headers of [bearer(''), bearer('a b')]) expectRefused(await ask(dialect, headers), dialect);
      const { json } = await world.ask('app', { grant_type: 'client_credentials' }, dialect);
      expectRefused(await ask(dialect, bearer(String(json.access_token))), dialect, 403);
    });

    it('refuses the ID token and the refresh token', async () => {
      expectRefused(await ask(dialect, bearer(login.idToken)), dialect);
      expectRefused(await ask(dialect, bearer(login.refreshToken)), dialect);
    });

    it(`${dialect === 'csp' ? 'does not need' : 'needs'} the scope openid`, async () => {
      const { accessToken } = await world.login('ada', { dialect, form: { scope: 'profile' } });
      const answer = await ask(dialect, bearer(accessToken));
      if (dialect === 'csp') expect(answer).toMatchObject({ status: 200, json: { preferred_username: 'ada' } });
      else expectRefused(answer, dialect, 403);
    });

    it('refuses a token of another issuer, though our key has signed it', async () => {
      const { typ = '' } = decodeProtectedHeader(login.accessToken);
      const signed = (claims: object) =>
        world.service.app.get(Signer).sign('RS256', typ, { ...login.claims, ...claims });
      expect((await ask(dialect, bearer(await signed({})))).status).toBe(200);
      expectRefused(await ask(dialect, bearer(await signed({ iss: 'https://evil.test' }))), dialect);
      expectRefused(await ask(dialect, bearer(await signed({ iss: undefined }))), dialect);
    });
  });

  describe('refuses in every dialect', () => {
    it.each(FORGED_TOKENS)('$name', async ({ make }) => {
      const login = await world.login('ada');
      const forged = await make(login, world);
      await expectRefusedEverywhere(forged);
      expectRefused(await ask('csp', { 'csp-auth-token': forged }), 'csp');
      expect(await statusesOf(login.accessToken)).toEqual([200, 200, 200]);
    });

    it('a token whose login was logged out', async () => {
      const { accessToken, idToken } = await world.login('ada');
      expect(await statusesOf(accessToken)).toEqual([200, 200, 200]);
      const url = `${world.service.url}/csp/gateway/am/api/auth/logout`;
      expect((await post(url, { form: { idToken }, headers: basic('app', 'app-secret') })).status).toBe(200);
      await expectRefusedEverywhere(accessToken);
    });

    it.each([
      ['user', 'users', 'ada'],
      ['client', 'clients', 'app'],
    ] as const)('a token whose %s is disabled', async (_whose, table, id) => {
      const { accessToken } = await world.login('ada');
      expect(await statusesOf(accessToken)).toEqual([200, 200, 200]);
      await world.whileDisabled(table, id, () => expectRefusedEverywhere(accessToken));
    });

    it('a token of a user who has left the org', async () => {
      const { accessToken } = await world.login('bob');
      expect(await statusesOf(accessToken)).toEqual([200, 200, 200]);
      await world.service.database.query(`DELETE FROM memberships WHERE user_id = 'bob' AND org_id = 'beta'`);
      await expectRefusedEverywhere(accessToken);
    });

    it('a token that was given for another audience', async () => {
      const { accessToken } = await world.login('ada', { dialect: 'oauth' });
      const exchange = async (form: Record<string, string>) => {
        const subject = { subject_token: accessToken, subject_token_type: ACCESS_TOKEN_TYPE };
        const answer = await world.ask('app', { grant_type: TOKEN_EXCHANGE, ...subject, ...form }, 'oauth');
        return String(answer.json.access_token);
      };
      expect(await statusesOf(await exchange({}))).toEqual([200, 200, 200]);
      const elsewhere = await exchange({ audience: 'target' });
      expect(decodeJwt(elsewhere).aud).toBe('target');
      await expectRefusedEverywhere(elsewhere); // RFC 9068 section 4
    });
  });
});
