import { setTimeout as sleep } from 'node:timers/promises';
import { decodeJwt } from 'jose';
import { DIALECTS } from '../harness/dialects';
import { errorName, expectErrorShape } from '../harness/error-shape';
import { type Answer, basic, post, send } from '../harness/http';
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
import { eventsOf, whileDisabled } from '../harness/people';
import { type Service, startService } from '../harness/service';

const INACTIVE = { active: false };
const all = { client: 'inspector' } as const;

describe('introspection', () => {
  let service: Service;
  /** Of ada at `shop`. */
  let tokens: Tokens;

  beforeAll(async () => {
    service = await startService({ world: INSPECTION_WORLD, env: { CSP_ISSUER: 'https://csp.test' } });
  });
  afterAll(() => service?.stop());
  beforeEach(async () => {
    tokens = await logIn();
  });

  const logIn = (form: Record<string, string> = {}, of: Parameters<typeof tokensOf>[2] = {}) =>
    tokensOf(service, { ...ADAS_LOGIN, ...form }, of);
  const query = (sql: string, parameters: string[]) => service.database.query(sql, parameters);

  describe.each(DIALECTS)('of a token of $dialect', ({ dialect }) => {
    it.each(INSPECTION_PLACES)('tells its client at $base what the token says', async (place) => {
      const { accessToken } = await logIn({ scope: 'openid csp:org_owner' }, { dialect });
      const { exp, iat, sub, aud, iss, jti, sid } = decodeJwt(accessToken);
      expect(await told(service, accessToken, { place })).toEqual({
        active: true,
        ...{ exp, iat, sub, aud, iss, jti, sid },
        scope: 'openid csp:org_owner',
        client_id: 'shop',
        username: 'ada',
        token_type: 'Bearer',
        org_id: 'acme',
      });
    });

    it('calls no other spelling of a token good', async () => {
      const { accessToken } = await logIn({}, { dialect });
      const [header, payload, signature] = accessToken.split('.');
      const others = [' ', '\n', '=', '=='].map((text) => accessToken + text);
      const within = `${header}.${payload}.${signature?.slice(0, 9)} ${signature?.slice(9)}`;
      for (const other of [...others, within, ` ${accessToken}`]) {
        expect(await told(service, other)).toEqual(INACTIVE);
      }
      expect(await told(service, accessToken)).toMatchObject({ active: true });
    });

    it.each(['access_token', 'refresh_token', 'unheard-of'])('takes %s for a hint only', async (hint) => {
      const { accessToken, refreshToken } = await logIn({}, { dialect });
      const form = { token_type_hint: hint };
      expect(await told(service, accessToken, { form })).toMatchObject({ active: true, token_type: 'Bearer' });
      expect(await told(service, refreshToken, { form })).toMatchObject({ active: true });
    });

    it('of a client has no user and no login', async () => {
      const { accessToken } = await tokensOf(service, { grant_type: 'client_credentials' }, { dialect });
      const said = await told(service, accessToken);
      expect(said).toMatchObject({ active: true, sub: decodeJwt(accessToken).sub, client_id: 'shop' });
      expect(Object.keys(said)).not.toEqual(expect.arrayContaining(['username']));
      expect(said).not.toHaveProperty('sid');
    });
  });

  it('tells what a refresh token stands for, which is nothing that is presented to a resource', async () => {
    const { sid } = decodeJwt(tokens.accessToken);
    const times = { exp: expect.any(Number) as number, iat: expect.any(Number) as number };
    const said = { active: true, client_id: 'shop', username: 'ada', sub: 'u-ada', org_id: 'acme', sid, ...times };
    expect(await told(service, tokens.refreshToken)).toEqual({ ...said, scope: 'openid profile csp:org_owner' });
    const place = INSPECTION_PLACES[1];
    expect(await told(service, tokens.refreshToken, { place })).toMatchObject({ sub: 'acme.example:u-ada' });
  });

  it('tells who acts for the user', async () => {
    const form = { subject_token: tokens.accessToken, subject_token_type: ACCESS_TOKEN_TYPE };
    const helper = { client: 'helper', dialect: 'csp' } as const;
    const delegated = await tokensOf(service, { grant_type: 'client_delegate', ...form }, helper);
    for (const token of [delegated.accessToken, delegated.refreshToken]) {
      expect(await told(service, token, helper)).toMatchObject({ username: 'ada', act: { sub: ':helper' } });
      expect(await told(service, token)).toEqual(INACTIVE); // the client it was taken from
    }
  });

  it('tells the client that is the audience', async () => {
    const form = { subject_token: tokens.accessToken, subject_token_type: ACCESS_TOKEN_TYPE, audience: 'target' };
    const { accessToken } = await tokensOf(service, { grant_type: TOKEN_EXCHANGE, ...form });
    const said = { active: true, aud: 'target', client_id: 'shop' };
    for (const client of ['target', 'shop', 'inspector']) {
      expect(await told(service, accessToken, { client })).toMatchObject(said);
    }
    expect(await told(service, accessToken, { client: 'portal' })).toEqual(INACTIVE);
    expect(await told(service, tokens.accessToken, { client: 'target' })).toEqual(INACTIVE);
  });

  it('tells all to a client with the scope introspect, even of API tokens', async () => {
    const path = '/csp/gateway/am/api/auth/api-tokens/authorize';
    const { json } = await post(service.url + path, { form: { api_token: API_TOKEN } });
    const ofNoClient = { active: true, client_id: 'csp:api-token', username: 'ada', org_id: 'acme' };
    expect(await told(service, String(json.access_token), all)).toMatchObject({ ...ofNoClient, token_type: 'Bearer' });
    expect(await told(service, API_TOKEN, all)).toMatchObject(ofNoClient);
    expect(await told(service, tokens.accessToken, all)).toMatchObject({ active: true, client_id: 'shop' });
    expect(await told(service, tokens.refreshToken, all)).toMatchObject({ active: true, client_id: 'shop' });
    expect(await told(service, String(json.access_token))).toEqual(INACTIVE);
    expect(await told(service, API_TOKEN)).toEqual(INACTIVE);
  });

  it('says of everything else the same, byte for byte', async () => {
    const answers: Answer[] = [];
    const ask = async (...inactive: string[]) => {
      for (const client of ['shop', 'doomed', 'portal', 'inspector']) {
        for (const token of inactive) answers.push(await inspect(service, 'introspect', token, { client }));
      }
    };
    const { accessToken, refreshToken, idToken } = tokens;
    answers.push(await inspect(service, 'introspect', accessToken, { client: 'portal' }));
    answers.push(await inspect(service, 'introspect', refreshToken, { client: 'portal' }));
    await ask('garbage', 'a.b.c', '\u{1F511}', idToken, `${accessToken.slice(0, -8)}AAAAAAAA`, 'x'.repeat(50_000));
    const short = await logIn({ accessTokenValiditySeconds: '1' });
    await sleep(1_100);
    await ask(short.accessToken);
    const ended = await logIn();
    await query('UPDATE families SET ended_at = now() WHERE id = $1', [String(decodeJwt(ended.accessToken).sid)]);
    await ask(ended.accessToken, ended.refreshToken);
    const over = await logIn();
    const { sid } = decodeJwt(over.accessToken);
    await query("UPDATE families SET expires_at = now() - interval '1 s' WHERE id = $1", [String(sid)]);
    await ask(over.refreshToken);
    const rolled = await logIn({}, { client: 'roller' });
    const redeem = { grant_type: 'refresh_token', refresh_token: rolled.refreshToken };
    await tokensOf(service, redeem, { client: 'roller' });
    await ask(rolled.refreshToken);
    const revoked = await logIn();
    await inspect(service, 'revoke', revoked.accessToken);
    await ask(revoked.accessToken);
    const doomed = await logIn({}, { client: 'doomed' });
    const both = [doomed.accessToken, doomed.refreshToken] as const;
    const askInspector = async () => {
      for (const token of both) answers.push(await inspect(service, 'introspect', token, all));
    };
    await whileDisabled(service.database, 'client', 'doomed', askInspector);
    await whileDisabled(service.database, 'user', 'u-ada', askInspector);
    await whileDisabled(service.database, 'org', 'acme', askInspector);
    expect(await told(service, doomed.accessToken, all)).toMatchObject({ active: true });
    await query("UPDATE memberships SET org_id = 'closed' WHERE user_id = $1 AND org_id = 'acme'", ['u-ada']);
    await askInspector();
    await query("UPDATE memberships SET org_id = 'acme' WHERE user_id = $1 AND org_id = 'closed'", ['u-ada']);

    const bytes = answers.map(({ status, text, headers }) => {
      const { date, 'x-request-id': id, ...rest } = Object.fromEntries(headers);
      return JSON.stringify({ status, text, rest, complete: [date, id].every((value) => value !== undefined) });
    });
    expect(new Set(bytes).size).toBe(1);
    expect(answers[0]).toMatchObject({ status: 200, text: '{"active":false}' });
    expect(answers[0]?.headers.get('cache-control')).toBe('no-store');
  });

  describe.each(INSPECTION_PLACES)('at $base', (place) => {
    const { dialect, base } = place;
    const url = () => `${service.url}${base}/introspect`;
    const refusal = async (answer: Answer, error: string) => {
      expect(errorName(answer, dialect)).toBe(error);
      expectErrorShape(answer, dialect);
      expect(await eventsOf(service.database, answer)).toMatchObject([
        { action: 'token.introspect', outcome: 'refused', dialect, error },
      ]);
    };

    it('refuses who is no client', async () => {
      const form = { token: tokens.accessToken };
      for (const headers of [basic('shop', 'wrong'), basic('nobody', 'x'), {}]) {
        const answer = await post(url(), { form, headers });
        expect(answer.status).toBe(dialect === 'csp' ? 400 : 401);
        await refusal(answer, 'invalid_client');
      }
    });

    it('refuses public clients', async () => {
      const answer = await post(url(), { form: { token: tokens.accessToken, client_id: 'spa' } });
      expect(answer.status).toBe(400);
      await refusal(answer, 'unauthorized_client');
    });

    it.each(['', 'token=&', 'token=a&token=b'])('refuses the form %j', async (form) =>
      refusal(await post(url(), { form, headers: basic('shop', 'shop-secret') }), 'invalid_request'),
    );

    it('refuses a token in the query', async () => {
      const answer = await post(`${url()}?token=${tokens.accessToken}`, { headers: basic('shop', 'shop-secret') });
      await refusal(answer, 'invalid_request');
      expect(answer.text).not.toContain(tokens.accessToken);
    });

    it('leaves no trace of an answer in the audit trail', async () => {
      const answer = await inspect(service, 'introspect', tokens.accessToken, { place });
      expect(await eventsOf(service.database, answer)).toEqual([]);
    });

    it(`takes JSON ${dialect === 'csp' ? 'too' : 'not at all'}`, async () => {
      const answer = await send(url(), {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', ...basic('shop', 'shop-secret') },
        body: JSON.stringify({ token: tokens.accessToken }),
      });
      expect(answer.status).toBe(dialect === 'csp' ? 200 : 415);
    });
  });
});
