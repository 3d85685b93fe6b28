import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { JWTPayload } from 'jose';
import { LoggedInBrowser, userinfo } from '../harness/codes';
import { DIALECTS, type DialectName } from '../harness/dialects';
import { type Answer, get } from '../harness/http';
import { type Asking, authorizeUrl, LOGIN_WORLD, logInAt, redeem, USERINFO_PATHS } from '../harness/login-world';
import { logIn, refresh } from '../harness/people';
import { ISSUER, type Service, startService } from '../harness/service';
import { verifyToken } from '../harness/tokens';

const CSP_ISSUER = 'https://csp.test';

/** Ada is in three groups. */
const WORLD = LOGIN_WORLD.replace(
  '\ngroups:\n',
  '\ngroups:\n  - { id: g-1, name: Zoology, org: acme }\n  - { id: g-2, name: Botany, org: acme }\n',
).replace('groups: [engineering]', 'groups: [engineering, g-1, g-2]');

describe('ID tokens of a login with a browser', () => {
  let service: Service;
  let browser: LoggedInBrowser;

  beforeAll(async () => {
    service = await startService({ world: WORLD, env: { CSP_ISSUER } });
    browser = await LoggedInBrowser.open(service);
  });
  afterAll(() => service?.stop());

  /** The answer to a new code, with `form` beside it. */
  async function tokens(asking: Asking, form: Record<string, string> = {}): Promise<Answer> {
    const code = await browser.code(asking);
    const answer = await redeem(service, code, { ...asking, parameters: form });
    expect(answer).toMatchObject({ status: 200 });
    return answer;
  }

  async function refreshed({ json }: Answer, { client = 'web', dialect = 'oauth' }: Asking): Promise<Answer> {
    const answer = await refresh(service, String(json.refresh_token), {}, { client, dialect });
    expect(answer).toMatchObject({ status: 200 });
    return answer;
  }

  async function verified(
    { json }: Answer,
    dialect: DialectName = 'oauth',
    token: 'id_token' | 'access_token' = 'id_token',
  ): Promise<JWTPayload> {
    return (await verifyToken(service.url, String(json[token]), dialect)).payload;
  }

  describe.each(DIALECTS)('in $dialect', ({ dialect }) => {
    const issuer = { csp: CSP_ISSUER, 'identity-manager': `${ISSUER}/SAAS/auth`, oauth: ISSUER }[dialect];

    it('say who logged in at which client, with the nonce', async () => {
      const answer = await tokens({ dialect, parameters: { nonce: 'n 1+ä' } });
      const { access_token: accessToken } = answer.json;
      const { sid, auth_time: authTime, iat } = await verified(answer, dialect, 'access_token');
      const { sub, email, name } = (await userinfo(service, dialect, accessToken)).json;
      const claims = await verified(answer, dialect);
      expect(claims).toMatchObject({
        iss: issuer,
        sub: dialect === 'csp' ? 'acme.example:u-ada' : 'u-ada',
        aud: 'web',
        azp: 'web',
        nonce: 'n 1+ä',
        sid,
        auth_time: authTime,
        iat,
        preferred_username: 'ada',
        email: 'ada@acme.example',
        email_verified: true,
        given_name: 'Ada',
        family_name: 'Lovelace',
        group_ids: ['g-2', 'engineering', 'g-1'],
        group_names: ['Botany', 'Engineering', 'Zoology'],
      });
      // OpenID Connect Core section 5.3.2.
      expect({ sub, email, name }).toEqual({ sub: claims.sub, email: 'ada@acme.example', name: 'Ada Lovelace' });
    });

    it.each([undefined, ''])('have no nonce where it is %p in the request', async (nonce) => {
      expect(await verified(await tokens({ dialect, parameters: { nonce } }), dialect)).not.toHaveProperty('nonce');
    });

    it.each([
      ['web', 'RS256'],
      ['web-es', 'ES256'],
    ])('of %s are signed with %s and tied to the access token beside them', async (client, alg) => {
      const first = await tokens({ client, dialect });
      for (const { json } of [first, await refreshed(first, { client, dialect })]) {
        const { payload, protectedHeader } = await verifyToken(service.url, String(json.id_token), dialect);
        const half = createHash('sha256').update(String(json.access_token)).digest().subarray(0, 16);
        expect({ alg: protectedHeader.alg, at_hash: payload.at_hash }).toEqual({
          alg,
          at_hash: half.toString('base64url'),
        });
      }
    });

    // OpenID Connect Core section 12.2.
    it.each(['web', 'web-es'])('stay the same when %s refreshes, but for the nonce', async (client) => {
      const first = await tokens({ client, dialect, parameters: { nonce: 'n-2' } });
      const { nonce, jti, iat, exp, at_hash, ...lasting } = await verified(first, dialect);
      expect(nonce).toBe('n-2');
      expect(Object.keys(lasting)).toEqual(expect.arrayContaining(['iss', 'sub', 'aud', 'azp', 'auth_time', 'sid']));
      const second = await refreshed(first, { client, dialect });
      const third = await refreshed(second, { client, dialect });
      const seen = new Set([jti]);
      for (const answer of [second, third]) {
        const claims = await verified(answer, dialect);
        expect(claims).not.toHaveProperty('nonce');
        expect(claims).toMatchObject(lasting);
        expect(claims.iat).toBeGreaterThanOrEqual(iat ?? Infinity);
        expect(claims.exp).toBeGreaterThanOrEqual(exp ?? Infinity);
        expect(claims.at_hash).not.toBe(at_hash);
        seen.add(claims.jti);
      }
      expect(seen.size).toBe(3);
    });

    it.each([
      ['that did not ask for openid', { dialect, parameters: { scope: 'profile' } }],
      ['that may not ask for openid', { dialect, client: 'no-openid' }],
    ])(
      `are ${dialect === 'csp' ? '' : 'not '}given to a client %s, at the login and at each refresh`,
      async (_which, asking) => {
        const first = await tokens(asking);
        const second = await refreshed(first, asking);
        for (const answer of [first, second, await refreshed(second, asking)]) {
          expect(answer.json.scope).not.toContain('openid');
          if (dialect === 'csp') expect(await verified(answer, dialect)).toMatchObject({ sub: 'acme.example:u-ada' });
          else expect(answer.json).not.toHaveProperty('id_token');
        }
      },
    );

    it('need openid after a login with a password', async () => {
      const ada = { username: 'ada', password: 'ada-password', domain: 'acme.example' };
      const asking = { client: 'web', dialect };
      const without = await logIn(service, { ...ada, scope: 'profile' }, asking);
      for (const answer of [without, await refreshed(without, asking)]) {
        expect(answer.json.id_token ?? null).toBeNull();
      }
      const withOpenid = await logIn(service, { ...ada, scope: 'openid' }, asking);
      for (const answer of [withOpenid, await refreshed(withOpenid, asking)]) {
        expect(await verified(answer, dialect)).toMatchObject({ azp: 'web' });
      }
    });

    it.each(dialect === 'csp' ? ['openid', 'profile'] : ['openid'])(
      'that list too few groups say where the others are to be had: scope %s',
      async (scope) => {
        const answer = await tokens({ dialect, parameters: { scope } }, { maxGroupsInIdToken: '1' });
        const claims = await verified(answer, dialect);
        const endpoint = ISSUER + USERINFO_PATHS[dialect];
        expect(claims).toMatchObject({
          group_ids: ['g-2'],
          group_names: ['Botany'],
          group_count: 3,
          _claim_names: { group_ids: 'userinfo', group_names: 'userinfo' },
          _claim_sources: { userinfo: { endpoint } },
        });
        const there = await get(endpoint.replace(ISSUER, service.url), {
          Authorization: `Bearer ${String(answer.json.access_token)}`,
        });
        expect(there).toMatchObject({
          status: 200,
          json: {
            sub: claims.sub,
            group_ids: ['g-2', 'engineering', 'g-1'],
            group_names: ['Botany', 'Engineering', 'Zoology'],
          },
        });
      },
    );
  });

  it('say when the user logged in, not when the code or the token was got', async () => {
    const before = Math.floor(Date.now() / 1_000);
    const own = await LoggedInBrowser.open(service);
    const loggedIn = Date.now() / 1_000;
    const early = await own.code();
    const late = await own.code({ parameters: { nonce: 'late' } });
    const first = await redeem(service, early);
    const authTime = Number((await verified(first)).auth_time);
    expect(authTime).toBeGreaterThanOrEqual(before);
    expect(authTime).toBeLessThanOrEqual(loggedIn);
    await sleep(1_100);

    const silent = await own.visitor.open(authorizeUrl({ parameters: { prompt: 'none' } }));
    const afterwards = await redeem(service, silent.leftTo?.searchParams.get('code') ?? '');
    for (const answer of [await redeem(service, late), afterwards, await refreshed(first, {})]) {
      const claims = await verified(answer);
      expect(claims.auth_time).toBe(authTime);
      expect(claims.iat).toBeGreaterThan(authTime);
      expect((await verified(answer, 'oauth', 'access_token')).auth_time).toBe(authTime);
    }

    const again = await logInAt(own.visitor, authorizeUrl({ parameters: { prompt: 'login' } }));
    const renewed = await verified(await redeem(service, again.leftTo?.searchParams.get('code') ?? ''));
    expect(renewed.auth_time).toBeGreaterThan(authTime);
    // The earlier login is what it was.
    expect(await verified(await refreshed(first, {}))).toMatchObject({ auth_time: authTime });
  });
});
