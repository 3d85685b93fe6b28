import { newLoginId } from '@gatehouse/grant-sdk';
import { decodeJwt } from 'jose';
import { CredentialHasher } from '../../src/keys/credential-hasher';
import { DIALECTS } from '../harness/dialects';
import type { Answer } from '../harness/http';
import { told } from '../harness/inspection';
import { eventsOf, expectInvalidRefreshToken, logIn, PEOPLE_WORLD, reasonOf, refresh } from '../harness/people';
import { type Service, startService } from '../harness/service';

const MOST = 5;
const IDLE_SECONDS = 60;
const roller = { client: 'roller' } as const;

const loginOf = ({ json }: Answer) => String(decodeJwt(String(json.access_token)).sid);
const tokenOf = ({ json }: Answer) => String(json.refresh_token);

describe('the limits of a login', () => {
  let service: Service;

  beforeAll(async () => {
    service = await startService({
      world: PEOPLE_WORLD,
      env: { LOGINS_PER_USER_AND_CLIENT: String(MOST), LOGIN_IDLE_SECONDS: String(IDLE_SECONDS) },
    });
  });
  afterAll(() => service?.stop());

  const live = async (client: string) => {
    const rows = await service.database.query<{ id: string }>(
      'SELECT id FROM families WHERE client_id = $1 AND ended_at IS NULL ORDER BY created_at',
      [client],
    );
    return rows.map(({ id }) => id);
  };

  const lastUse = async (login: string) =>
    (await service.database.query<{ at: Date }>('SELECT last_used_at AS at FROM families WHERE id = $1', [login]))[0]
      ?.at;

  describe.each([['static', 'portal'] as const, ['rotate', 'roller'] as const])('of idle time, %s', (_, client) => {
    it.each(DIALECTS)('end one whose refresh token is not used in $dialect', async ({ dialect }) => {
      const login = await logIn(service, {}, { client });
      await service.database.query(
        `UPDATE families SET last_used_at = now() - make_interval(secs => $2) WHERE id = $1`,
        [loginOf(login), IDLE_SECONDS],
      );
      const late = await refresh(service, tokenOf(login), {}, { client, dialect });
      expectInvalidRefreshToken(late, dialect);
      expect(await reasonOf(service.database, late)).toBe('it was not used for too long');
    });

    it('leave one alone that is used', async () => {
      const login = await logIn(service, {}, { client });
      let token = tokenOf(login);
      for (let turn = 0; turn < 4; turn++) {
        await service.database.query(
          'UPDATE families SET last_used_at = last_used_at - make_interval(secs => $2) WHERE id = $1',
          [loginOf(login), IDLE_SECONDS / 2],
        );
        const answer = await refresh(service, token, {}, { client });
        expect(answer.status).toBe(200);
        token = tokenOf(answer);
      }
    });

    it('count its uses without writing each', async () => {
      const login = await logIn(service, {}, { client });
      const usedAgo = (ago: string) =>
        service.database.query('UPDATE families SET last_used_at = now() - $2::interval WHERE id = $1', [
          loginOf(login),
          ago,
        ]);
      const moves = async () => {
        const before = await lastUse(loginOf(login));
        expect((await refresh(service, tokenOf(login), {}, { client })).status).toBe(200);
        return (await lastUse(loginOf(login)))?.getTime() !== before?.getTime();
      };
      await usedAgo('-1 minute');
      expect(await moves()).toBe(false);
      await usedAgo('10 seconds');
      expect(await moves()).toBe(true);
    });
  });

  it('tell introspection that a refresh token was not used for too long', async () => {
    const login = await logIn(service);
    const ask = () => told(service, tokenOf(login), { client: 'portal' });
    expect((await ask()).active).toBe(true);
    await service.database.query(`UPDATE families SET last_used_at = now() - interval '1 hour' WHERE id = $1`, [
      loginOf(login),
    ]);
    expect(await ask()).toEqual({ active: false });
  });

  it('leave a user so many logins at one client, those that were used last', async () => {
    const logins: Answer[] = [];
    for (let turn = 0; turn < MOST; turn++) logins.push(await logIn(service, {}, { client: 'other' }));
    const [oldest, second] = logins.map(loginOf);
    await service.database.query(`UPDATE families SET last_used_at = now() + interval '1 s' WHERE id = $1`, [oldest]);
    expect(await live('other')).toHaveLength(MOST);

    const another = await logIn(service, {}, { client: 'other' });
    expect(another.status).toBe(200);
    const left = await live('other');
    expect(left).toHaveLength(MOST);
    expect(left).toEqual(expect.arrayContaining([oldest, loginOf(another)]));
    expect(left).not.toContain(second);
    expect(await eventsOf(service.database, another)).toMatchObject([
      { action: 'token.issue', outcome: 'allowed', family: loginOf(another) },
      {
        action: 'family.end',
        family: second,
        reason: 'the user has too many logins at the client',
        client_id: 'other',
      },
    ]);
    expectInvalidRefreshToken(await refresh(service, tokenOf(logins[1] ?? another), {}, { client: 'other' }), 'oauth');
  });

  it('leave a login alone that others come from, although it is not used itself', async () => {
    const logins: Answer[] = [];
    for (let turn = 0; turn < MOST; turn++) logins.push(await logIn(service, {}, { client: 'other' }));
    const [oldest, second, third] = (await live('other')).slice(0, 3);
    await service.database.query('UPDATE families SET parent_id = $1 WHERE id = $2', [oldest, third]);
    await logIn(service, {}, { client: 'other' });
    const left = await live('other');
    expect(left).toHaveLength(MOST);
    expect(left).toEqual(expect.arrayContaining([oldest, third]));
    expect(left).not.toContain(second);
  });

  it('leave the logins of others, and at other clients, alone', async () => {
    const carl = await logIn(service, { username: 'carl', password: 'carl-password' }, { client: 'edwards' });
    for (let turn = 0; turn <= MOST; turn++) await logIn(service, {}, { client: 'edwards' });
    expect(await live('edwards')).toContain(loginOf(carl));
    expect((await live('edwards')).length).toBe(MOST + 1);
  });

  it('hold when logins begin in the same moment, at the latest with the next one', async () => {
    await Promise.all(Array.from({ length: 2 * MOST }, () => logIn(service, {}, { client: 'capped' })));
    await logIn(service, {}, { client: 'capped' });
    expect(await live('capped')).toHaveLength(MOST);
  });

  it('know a refresh token of an older version, which does not name its login', async () => {
    const login = await logIn(service, {}, roller);
    await service.database.query('UPDATE refresh_tokens SET hash = $1 WHERE family_id = $2', [
      'hash of none',
      loginOf(login),
    ]);
    expectInvalidRefreshToken(await refresh(service, tokenOf(login), {}, roller), 'oauth');
    const old = 'A'.repeat(43);
    await service.database.query('UPDATE refresh_tokens SET hash = $1 WHERE family_id = $2', [
      service.app.get(CredentialHasher, { strict: false }).hash(old),
      loginOf(login),
    ]);
    const answer = await refresh(service, old, {}, roller);
    expect(answer.status).toBe(200);
    expect(loginOf(answer)).toBe(loginOf(login));
    expect(tokenOf(answer)).toHaveLength(64);
  });

  it('do not find a login under the name of another', async () => {
    const login = await logIn(service);
    const bytes = Buffer.from(tokenOf(login), 'base64url');
    const other = Buffer.from(newLoginId(new Date(Date.now() + 86_400_000)).replaceAll('-', ''), 'hex');
    const renamed = Buffer.concat([other, bytes.subarray(16)]).toString('base64url');
    expectInvalidRefreshToken(await refresh(service, renamed), 'oauth');
    expect((await refresh(service, tokenOf(login))).status).toBe(200);
  });
});
