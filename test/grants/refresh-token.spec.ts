import { latestEndOf } from '@gatehouse/grant-sdk';
import { DIALECTS } from '../harness/dialects';
import { errorName } from '../harness/error-shape';
import { basic, post } from '../harness/http';
import {
  ADAS_SCOPE,
  expectInvalidRefreshToken,
  logIn,
  PEOPLE_WORLD,
  reasonOf,
  refresh,
  refreshTokenOf,
  whileDisabled,
} from '../harness/people';
import { type Service, startService } from '../harness/service';
import { verifyToken } from '../harness/tokens';

describe('refresh_token', () => {
  let service: Service;

  beforeAll(async () => {
    // Without a grace period a token that rotates works only if nothing has burnt it.
    service = await startService({ world: PEOPLE_WORLD, env: { REFRESH_GRACE_SECONDS: '0' } });
  });
  afterAll(() => service?.stop());

  it('gives no token that outlives its login, when the client may have longer ones than at the login', async () => {
    const token = await refreshTokenOf(service, { refreshTokenValiditySeconds: '60' });
    const setTtl = (seconds: number) =>
      service.database.query(`UPDATE clients SET access_token_ttl = $1 WHERE id = 'portal'`, [seconds]);
    await setTtl(4_000_000);
    try {
      const { json } = await refresh(service, token);
      const { payload } = await verifyToken(service.url, String(json.access_token), 'oauth');
      const end = Math.floor(Number(latestEndOf(String(payload.sid))) / 1_000);
      expect({ exp: payload.exp, expires_in: json.expires_in }).toEqual({
        exp: end,
        expires_in: end - Number(payload.iat),
      });
    } finally {
      await setTtl(300);
    }
  });

  describe.each(DIALECTS)('$dialect', ({ dialect, path }) => {
    it('continues the login: same user, org, login and time of login, a new token', async () => {
      const login = await logIn(service, { orgId: 'beta' }, { dialect });
      const refreshed = await refresh(service, String(login.json.refresh_token), {}, { dialect });
      expect(refreshed.status).toBe(200);
      const [before, after] = await Promise.all(
        [login, refreshed].map(async ({ json }) => ({
          ...(await verifyToken(service.url, String(json.access_token), dialect)).payload,
        })),
      );
      const { jti: jtiBefore, iat: _iatBefore, exp: _expBefore, ...sameBefore } = before ?? {};
      const { jti: jtiAfter, iat: _iatAfter, exp: _expAfter, ...sameAfter } = after ?? {};
      expect(sameAfter).toEqual(sameBefore);
      expect(jtiAfter).not.toBe(jtiBefore);
      expect(refreshed.json.id_token).toEqual(expect.any(String));
    });

    it('says when the user logged in, not when the token was redeemed', async () => {
      const { json: login } = await logIn(service, {}, { dialect });
      const { payload: before } = await verifyToken(service.url, String(login.access_token), dialect);
      await service.database.query("UPDATE families SET auth_time = auth_time - interval '1 hour' WHERE id = $1", [
        before.sid,
      ]);
      const { json } = await refresh(service, String(login.refresh_token), {}, { dialect });
      for (const token of [json.access_token, json.id_token]) {
        const { payload } = await verifyToken(service.url, String(token), dialect);
        expect(payload.auth_time).toBe(Number(before.auth_time) - 3_600);
      }
    });

    it('echoes a static token for ever, to parallel requests too', async () => {
      const token = await refreshTokenOf(service, {}, { dialect });
      for (let turn = 0; turn < 3; turn++) {
        const answers = await Promise.all(Array.from({ length: 5 }, () => refresh(service, token, {}, { dialect })));
        expect(answers.map(({ status, json }) => [status, json.refresh_token])).toEqual(Array(5).fill([200, token]));
      }
    });

    it('narrows the scope of one token, not of the login', async () => {
      const token = await refreshTokenOf(service, {}, { dialect });
      const narrowed = await refresh(service, token, { scope: 'profile' }, { dialect });
      expect(narrowed.json.scope).toBe('profile');
      expect((await refresh(service, token, {}, { dialect })).json.scope).toBe(ADAS_SCOPE);
    });

    it('never goes beyond the scope of the login', async () => {
      const token = await refreshTokenOf(service, { scope: 'profile' }, { dialect });
      expect((await refresh(service, token, {}, { dialect })).json.scope).toBe('profile');
      const wide = await refresh(service, token, { scope: 'openid profile' }, { dialect });
      if (dialect === 'identity-manager') expect(wide).toMatchObject({ status: 200, json: { scope: 'profile' } });
      else {
        expect(wide.status).toBe(400);
        expect(errorName(wide, dialect)).toBe('invalid_scope');
      }
    });

    it('gives what the user may now, not what it might at the login', async () => {
      const form = { username: 'finn', domain: 'beta.example', password: 'finn-password' };
      const token = await refreshTokenOf(service, form, { dialect });
      await service.database.query(`UPDATE memberships SET roles = '{org_admin}' WHERE user_id = 'u-finn'`);
      const more = await refresh(service, token, {}, { dialect });
      await service.database.query(`UPDATE memberships SET roles = '{}' WHERE user_id = 'u-finn'`);
      expect(more.json.scope).toBe('openid profile');
    });

    it('refuses one that nobody was given', async () =>
      expectInvalidRefreshToken(await refresh(service, 'no-such-token', {}, { dialect }), dialect));

    it('refuses a token of another server, as long as a JWT may be', async () =>
      expectInvalidRefreshToken(await refresh(service, 'x'.repeat(16_384), {}, { dialect }), dialect));

    it('needs one', async () => {
      const answer = await refresh(service, '', {}, { dialect });
      expect({ status: answer.status, error: errorName(answer, dialect) }).toEqual({
        status: 400,
        error: 'invalid_request',
      });
    });

    it.each(['portal', 'roller'])('refuses that of %s to another client without burning it', async (client) => {
      const token = await refreshTokenOf(service, {}, { dialect, client });
      const stolen = await refresh(service, token, {}, { dialect, client: 'other' });
      expectInvalidRefreshToken(stolen, dialect);
      expect(await reasonOf(service.database, stolen)).toBe(`it belongs to client ${client}`);
      expect((await refresh(service, token, {}, { dialect, client })).status).toBe(200);
    });

    it('is not burnt by a client that fails to authenticate', async () => {
      const token = await refreshTokenOf(service, {}, { dialect, client: 'roller' });
      const form = { grant_type: 'refresh_token', refresh_token: token };
      const failed = await post(service.url + path, { form, headers: basic('roller', 'wrong') });
      expect(failed.status).toBe(dialect === 'csp' ? 400 : 401);
      expect((await refresh(service, token, {}, { dialect, client: 'roller' })).status).toBe(200);
    });

    it('refuses that of a disabled user', async () => {
      const token = await refreshTokenOf(service, {}, { dialect });
      const answer = await whileDisabled(service.database, 'user', 'u-ada', () =>
        refresh(service, token, {}, { dialect }),
      );
      expectInvalidRefreshToken(answer, dialect);
    });

    it('refuses that of a user in an org that is disabled', async () => {
      const token = await refreshTokenOf(service, { orgId: 'beta' }, { dialect });
      const answer = await whileDisabled(service.database, 'org', 'beta', () =>
        refresh(service, token, {}, { dialect }),
      );
      expectInvalidRefreshToken(answer, dialect);
    });

    it.each(['client', 'org'] as const)('is of no use to a client whose %s is disabled', async (kind) => {
      const token = await refreshTokenOf(service, {}, { dialect });
      const id = kind === 'client' ? 'portal' : 'acme';
      const answer = await whileDisabled(service.database, kind, id, () => refresh(service, token, {}, { dialect }));
      expect(answer.status).toBe(dialect === 'csp' ? 400 : 401);
      expect(errorName(answer, dialect)).toBe('invalid_client');
    });
  });

  it('is refused once the login has expired, and says so in the audit trail', async () => {
    const token = await refreshTokenOf(service, { refreshTokenValiditySeconds: '1' });
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    for (const { dialect } of DIALECTS) {
      const answer = await refresh(service, token, {}, { dialect });
      expectInvalidRefreshToken(answer, dialect);
      expect(await reasonOf(service.database, answer)).toBe('it has expired');
    }
  });

  it.each([
    ['60', 60],
    ['86399', 86_399],
    ['86400', 86_400],
    ['86401', 86_400],
    ['0', 86_400],
    ['-1', 86_400],
    ['NaN', 86_400],
    ['1e3', 86_400],
    ['', 86_400],
    ['2147483648', 86_400],
  ])('lets a login that asks for %s s live as long as it may', async (asked, seconds) => {
    const { json } = await logIn(service, { refreshTokenValiditySeconds: asked });
    const { payload } = await verifyToken(service.url, String(json.access_token));
    const [family] = await service.database.query<{ seconds: number }>(
      'SELECT extract(epoch FROM expires_at - created_at)::int AS seconds FROM families WHERE id = $1',
      [payload.sid],
    );
    expect(family?.seconds).toBe(seconds);
  });

  it('stays used up when the client is changed to static tokens', async () => {
    const roller = { client: 'roller' } as const;
    const token = await refreshTokenOf(service, {}, roller);
    expect((await refresh(service, token, {}, roller)).status).toBe(200);
    const policy = (name: string) =>
      service.database.query("UPDATE clients SET refresh_token_policy = $1 WHERE id = 'roller'", [name]);
    await policy('static');
    const used = await refresh(service, token, {}, roller);
    await policy('rotate');
    expectInvalidRefreshToken(used, 'oauth');
  });

  it('is refused when its user has left the org', async () => {
    const form = { username: 'gwen', password: 'gwen-password' };
    const token = await refreshTokenOf(service, form);
    await service.database.query("DELETE FROM memberships WHERE user_id = 'u-gwen'");
    const answer = await refresh(service, token);
    expectInvalidRefreshToken(answer, 'oauth');
    expect(await reasonOf(service.database, answer)).toContain('u-gwen has no part in org acme');
  });

  it('lives no longer because it is redeemed', async () => {
    const login = await logIn(service, {}, { client: 'roller' });
    const { payload } = await verifyToken(service.url, String(login.json.access_token));
    const expiry = () => service.database.query('SELECT expires_at FROM families WHERE id = $1', [payload.sid]);
    const before = await expiry();
    const form = { refreshTokenValiditySeconds: '86399' };
    expect((await refresh(service, String(login.json.refresh_token), form, { client: 'roller' })).status).toBe(200);
    expect(await expiry()).toEqual(before);
  });

  it('is stored nowhere in the clear', async () => {
    const token = await refreshTokenOf(service);
    expect(token).toMatch(/^[A-Za-z0-9_-]{64}$/);
    for (const table of ['refresh_tokens', 'families', 'audit_events']) {
      const found = await service.database.query(`SELECT 1 FROM ${table} AS line WHERE line::text LIKE $1`, [
        `%${token}%`,
      ]);
      expect(found).toEqual([]);
    }
  });
});
