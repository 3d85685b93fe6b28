import { decodeJwt } from 'jose';
import { DIALECTS } from '../harness/dialects';
import { errorName, expectErrorShape } from '../harness/error-shape';
import { flood } from '../harness/flood';
import { type Answer, basic, get, post, send } from '../harness/http';
import {
  ACCESS_TOKEN_TYPE,
  ADAS_LOGIN,
  API_TOKEN,
  inspect,
  INSPECTION_PLACES,
  INSPECTION_WORLD,
  TOKEN_EXCHANGE,
  told,
  type Tokens,
  tokensOf,
} from '../harness/inspection';
import { browserLogin, LOGIN_WORLD, USERINFO_PATHS } from '../harness/login-world';
import { ask, eventsOf, expectInvalidRefreshToken, reasonOf } from '../harness/people';
import { type Service, startService } from '../harness/service';

const INACTIVE = { active: false };

describe('revocation', () => {
  let service: Service;
  /** On the same database. */
  let other: Service;
  /** Of ada at `shop`. */
  let tokens: Tokens;

  beforeAll(async () => {
    service = await startService({ world: INSPECTION_WORLD });
    other = await startService({ database: service.database });
  });
  afterAll(async () => {
    await other?.stop();
    await service?.stop();
  });
  beforeEach(async () => {
    tokens = await tokensOf(service, ADAS_LOGIN);
  });

  const refresh = (refreshToken: string, client = 'shop') =>
    ask(service.url, { grant_type: 'refresh_token', refresh_token: refreshToken }, { client });
  const isActive = async (token: string) => (await told(service, token, { client: 'inspector' })).active;
  const bearer = (path: string, token: string) => get(service.url + path, { Authorization: `Bearer ${token}` });
  const revoked = (answer: Answer) => {
    expect({ status: answer.status, text: answer.text }).toEqual({ status: 200, text: '{}' });
    expect(answer.headers.get('cache-control')).toBe('no-store');
    return eventsOf(service.database, answer);
  };

  describe.each(DIALECTS)('of an access token of $dialect', ({ dialect }) => {
    it.each(INSPECTION_PLACES)('at $base ends it, and nothing else', async (place) => {
      const { accessToken, refreshToken } = await tokensOf(service, ADAS_LOGIN, { dialect });
      const { jti, sid } = decodeJwt(accessToken);
      expect((await bearer(USERINFO_PATHS[dialect], accessToken)).status).toBe(200);
      const events = await revoked(await inspect(service, 'revoke', accessToken, { place }));
      expect(events).toMatchObject([
        {
          action: 'token.revoke',
          outcome: 'allowed',
          dialect: place.dialect,
          client_id: 'shop',
          subject: 'acme.example:u-ada',
          org_id: 'acme',
          family: sid,
          jti,
        },
      ]);
      expect(await told(service, accessToken)).toEqual(INACTIVE);
      expect((await bearer(USERINFO_PATHS[dialect], accessToken)).status).toBe(401);
      expect((await bearer('/csp/gateway/am/api/loggedin/user', accessToken)).status).toBe(401);
      const exchange = { grant_type: TOKEN_EXCHANGE, subject_token_type: ACCESS_TOKEN_TYPE };
      const exchanged = await ask(service.url, { ...exchange, subject_token: accessToken }, { client: 'shop' });
      expect(exchanged).toMatchObject({ status: 400, json: { error: 'invalid_request' } }); // RFC 8693 section 2.2.2
      expect(await reasonOf(service.database, exchanged)).toContain('it was revoked');
      expect((await refresh(refreshToken)).status).toBe(200);
    });

    it('of a client ends it', async () => {
      const { accessToken } = await tokensOf(service, { grant_type: 'client_credentials' }, { dialect });
      const events = await revoked(await inspect(service, 'revoke', accessToken));
      expect(events).toMatchObject([{ action: 'token.revoke', subject: ':shop', family: null }]);
      expect(await told(service, accessToken)).toEqual(INACTIVE);
    });
  });

  it.each(INSPECTION_PLACES)('of a refresh token at $base ends its login, with its children', async (place) => {
    const form = { subject_token: tokens.accessToken, subject_token_type: ACCESS_TOKEN_TYPE };
    const helper = { client: 'helper', dialect: 'csp' } as const;
    const child = await tokensOf(service, { grant_type: 'client_delegate', ...form }, helper);
    const beside = await tokensOf(service, ADAS_LOGIN);
    const events = await revoked(await inspect(service, 'revoke', tokens.refreshToken, { place }));
    const { sid } = decodeJwt(tokens.accessToken);
    expect(events).toMatchObject([
      { action: 'token.revoke', outcome: 'allowed', subject: 'acme.example:u-ada', family: sid, jti: null },
    ]);
    for (const token of [tokens, child].flatMap(({ accessToken, refreshToken }) => [accessToken, refreshToken])) {
      expect(await isActive(token)).toBe(false);
    }
    expectInvalidRefreshToken(await refresh(tokens.refreshToken), 'oauth');
    expectInvalidRefreshToken(await refresh(child.refreshToken, 'helper'), 'oauth');
    expect(await isActive(beside.accessToken)).toBe(true);
    expect((await refresh(beside.refreshToken)).status).toBe(200);
  });

  it('of a refresh token that was redeemed ends the login as well', async () => {
    const roller = { client: 'roller' } as const;
    const { refreshToken } = await tokensOf(service, ADAS_LOGIN, roller);
    const next = await tokensOf(service, { grant_type: 'refresh_token', refresh_token: refreshToken }, roller);
    await revoked(await inspect(service, 'revoke', refreshToken, roller));
    expect(await isActive(next.accessToken)).toBe(false);
    expectInvalidRefreshToken(await refresh(next.refreshToken, 'roller'), 'oauth');
  });

  it.each(['access_token', 'refresh_token', 'unheard-of'])('takes %s for a hint only', async (hint) => {
    const form = { token_type_hint: hint };
    await revoked(await inspect(service, 'revoke', tokens.accessToken, { form }));
    expect(await isActive(tokens.accessToken)).toBe(false);
    expect(await isActive(tokens.refreshToken)).toBe(true);
    await revoked(await inspect(service, 'revoke', tokens.refreshToken, { form }));
    expect(await isActive(tokens.refreshToken)).toBe(false);
  });

  it.each(INSPECTION_PLACES)('of what is no token of the client changes nothing at $base', async (place) => {
    const path = '/csp/gateway/am/api/auth/api-tokens/authorize';
    const { json } = await post(service.url + path, { form: { api_token: API_TOKEN } });
    const good = [tokens.accessToken, tokens.refreshToken, String(json.access_token), API_TOKEN];
    for (const client of ['portal', 'inspector', 'target']) {
      for (const token of [...good, tokens.idToken, 'garbage', 'a.b.c', 'x'.repeat(50_000)]) {
        expect(await revoked(await inspect(service, 'revoke', token, { client, place }))).toEqual([]);
      }
    }
    for (const token of good) expect(await isActive(token)).toBe(true);
  });

  it('is one event, however often and however parallel it is asked for', async () => {
    for (const token of [tokens.accessToken, tokens.refreshToken]) {
      const headers = (index: number) => ({
        ...basic('shop', 'shop-secret'),
        'X-Request-Id': `${token.slice(-20)}-${index}`,
      });
      const answers = await Promise.all(
        [service, other].map(({ url }) => flood(`${url}/oauth2/revoke`, 50, { form: { token }, headers })),
      );
      expect(new Set(answers.flat().map(({ status }) => status))).toEqual(new Set([200]));
      const events = await service.database.query(
        "SELECT * FROM audit_events WHERE action = 'token.revoke' AND request_id LIKE $1",
        [`${token.slice(-20)}-%`],
      );
      expect(events).toHaveLength(1);
      expect(await isActive(token)).toBe(false);
    }
  });

  it('is seen by another replica at once', async () => {
    const seen: unknown[] = [];
    for (let round = 0; round < 20; round++) {
      const kind = round % 2 === 0 ? 'accessToken' : 'refreshToken';
      const { [kind]: token, accessToken } = await tokensOf(service, { ...ADAS_LOGIN, scope: 'profile' });
      const before = await told(other, accessToken);
      await inspect(service, 'revoke', token);
      seen.push([before.active, (await told(other, accessToken)).active]);
    }
    expect(seen).toEqual(Array.from({ length: 20 }, () => [true, false]));
  });

  describe.each(INSPECTION_PLACES)('at $base', ({ dialect, base }) => {
    const url = () => `${service.url}${base}/revoke`;
    const shop = basic('shop', 'shop-secret');
    const form = () => ({ token: tokens.accessToken });

    it.each<[string, string, () => Promise<Answer>]>([
      ['a wrong secret', 'invalid_client', () => post(url(), { form: form(), headers: basic('shop', 'wrong') })],
      ['no client', 'invalid_client', () => post(url(), { form: form() })],
      ['no token', 'invalid_request', () => post(url(), { headers: shop })],
      ['two tokens', 'invalid_request', () => post(url(), { form: 'token=a&token=b', headers: shop })],
      ['the query', 'invalid_request', () => post(`${url()}?token=${tokens.accessToken}`, { headers: shop })],
    ])('refuses %s, and revokes nothing', async (_what, error, request) => {
      const answer = await request();
      expect(errorName(answer, dialect)).toBe(error);
      expectErrorShape(answer, dialect);
      expect(await eventsOf(service.database, answer)).toMatchObject([
        { action: 'token.revoke', outcome: 'refused', dialect, error },
      ]);
      expect(await isActive(tokens.accessToken)).toBe(true);
    });

    it(`takes JSON ${dialect === 'csp' ? 'too' : 'not at all'}`, async () => {
      const headers = { 'Content-Type': 'application/json', ...shop };
      const answer = await send(url(), { method: 'POST', headers, body: JSON.stringify(form()) });
      expect(answer.status).toBe(dialect === 'csp' ? 200 : 415);
      expect(await isActive(tokens.accessToken)).toBe(dialect !== 'csp');
    });
  });
});

describe('revocation by a public client', () => {
  let service: Service;

  beforeAll(async () => {
    service = await startService({ world: LOGIN_WORLD });
  });
  afterAll(() => service?.stop());

  it.each(['access_token', 'refresh_token'])('ends its own %s, and no other', async (kind) => {
    const own = (await browserLogin(service, { client: 'spa' })).json;
    const foreign = (await browserLogin(service, { client: 'web' })).json;
    for (const json of [own, foreign]) {
      expect((await inspect(service, 'revoke', String(json[kind]), { client: 'spa' })).status).toBe(200);
    }
    expect((await bearerUserinfo(own)).status).toBe(401);
    expect((await bearerUserinfo(foreign)).status).toBe(200);
  });

  const bearerUserinfo = ({ access_token: token }: Record<string, unknown>) =>
    get(`${service.url}/oauth2/userinfo`, { Authorization: `Bearer ${String(token)}` });
});
