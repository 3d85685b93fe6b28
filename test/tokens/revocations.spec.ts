import { decodeJwt } from 'jose';
import { ApiUser } from '../harness/admin-world';
import type { Answer } from '../harness/http';
import type { Tokens } from '../harness/inspection';
import { eventsOf } from '../harness/people';
import {
  API_TOKEN,
  DEAD,
  delegated,
  GOOD,
  isActive,
  logIn,
  ownTokens,
  REVOCATION_WORLD,
  useApiToken,
  uses,
} from '../harness/revocation-world';
import { type Service, startService } from '../harness/service';

const OF_ACME = '/admin/orgs/acme/revocations';
const QUIET = { THROTTLE_ADDRESS_LIMIT: '1000000', THROTTLE_CLIENT_LIMIT: '1000000' };

describe('revocations', () => {
  let service: Service;
  /** On the same database. */
  let other: Service;
  let operator: ApiUser;

  beforeAll(async () => {
    service = await startService({ world: REVOCATION_WORLD, env: QUIET });
    other = await startService({ database: service.database, env: QUIET });
    operator = new ApiUser(service, 'operator');
  });
  afterAll(async () => {
    await other?.stop();
    await service?.stop();
  });

  /** One of each kind. */
  async function everything() {
    const ofMember = await logIn(service, 'member');
    return {
      ofMember,
      ofMemberElsewhere: await logIn(service, 'member', 'console'),
      ofHelper: await delegated(service, ofMember),
      ofDeveloper: await logIn(service, 'developer'),
      ofBeta: await logIn(service, 'beta-owner'),
      ofBetaElsewhere: await logIn(service, 'beta-owner', 'console'),
      ofShop: await ownTokens(service),
      fromApiToken: { accessToken: String((await useApiToken(service)).json.access_token) },
    };
  }
  type Everything = Awaited<ReturnType<typeof everything>>;

  /** The names of what the other replica calls inactive. */
  async function deadOf(all: Everything): Promise<string[]> {
    const judged = await Promise.all(
      Object.entries(all).map(async ([name, { accessToken }]) => [name, await isActive(other, accessToken)] as const),
    );
    return judged.filter(([, active]) => !active).map(([name]) => name);
  }

  const revoke = async (body: object, path = OF_ACME): Promise<Answer> => {
    const answer = await operator.post(path, body);
    expect({ status: answer.status, message: answer.json.message }).toEqual({ status: 200, message: undefined });
    return answer;
  };

  const MEMBERS = ['ofMember', 'ofMemberElsewhere', 'ofHelper', 'fromApiToken'];

  it.each<[string, object, string[], object]>([
    ['a user', { userId: 'u-member' }, MEMBERS, { logins: 3, apiTokens: 0 }],
    ['a client', { clientId: 'shop' }, ['ofMember', 'ofHelper', 'ofDeveloper', 'ofBeta', 'ofShop'], { logins: 3 }],
    ['a user at a client', { userId: 'u-member', clientId: 'shop' }, ['ofMember', 'ofHelper'], { logins: 1 }],
    ['everyone', { all: true }, [...MEMBERS, 'ofDeveloper', 'ofBeta', 'ofShop'], { logins: 5, apiTokens: 0 }],
  ])('of %s end what it was given, on every replica, and nothing else', async (_whom, body, dead, counts) => {
    await revoke({ all: true });
    const all = await everything();
    expect(await deadOf(all)).toEqual([]);
    expect(await uses(other, all.ofMember)).toEqual(GOOD);
    expect((await revoke(body)).json).toMatchObject(counts);
    expect((await deadOf(all)).sort()).toEqual([...dead].sort());
    expect(await uses(other, all.ofMember)).toEqual(DEAD);
    expect(await uses(other, await logIn(other, 'member'))).toEqual(GOOD);
    expect((await useApiToken(other)).status).toBe(200);
  });

  it('of all that a user has end it in every org, with sessions and API tokens', async () => {
    await service.database.query(
      `INSERT INTO browser_sessions (id, hash, user_id, auth_time, last_used_at, expires_at)
       VALUES (gen_random_uuid(), 'hash', 'u-member', now(), now(), now() + interval '1 day')`,
    );
    const all = await everything();
    const answer = await revoke({ userId: 'u-member', reason: 'ticket 7' }, '/admin/revocations');
    expect(answer.json).toMatchObject({ apiTokens: 1 });
    expect((await deadOf(all)).sort()).toEqual([...MEMBERS].sort());
    expect((await useApiToken(other)).status).not.toBe(200);
    expect(await isActive(other, API_TOKEN)).toBe(false);
    const [open] = await service.database.query('SELECT 1 FROM browser_sessions WHERE ended_at IS NULL');
    expect(open).toBeUndefined();
    expect(await uses(other, await logIn(other, 'member'))).toEqual(GOOD);
    expect(await eventsOf(service.database, answer)).toMatchObject([
      { action: 'access.revoke', outcome: 'allowed', subject: 'acme.example:u-member', client_id: null },
    ]);
    expect((await eventsOf(service.database, answer))[0]?.reason).toMatch(
      /^in every org: logins ended: \d+, API tokens deactivated: 1; ticket 7$/,
    );
    await service.database.query('UPDATE api_tokens SET deactivated_at = NULL');
    expect((await operator.post('/admin/revocations', { userId: 'u-nobody' })).status).toBe(404);
  });

  it.each([{ userId: 'u-member' }, { all: true }])('of %j deactivate API tokens when asked to', async (body) => {
    expect((await revoke({ ...body, apiTokens: true })).json).toMatchObject({ apiTokens: 1 });
    expect((await useApiToken(other)).status).not.toBe(200);
    expect((await revoke({ ...body, apiTokens: true })).json).toMatchObject({ apiTokens: 0 });
    await service.database.query('UPDATE api_tokens SET deactivated_at = NULL');
  });

  it('that run at the same time end each login once', async () => {
    await revoke({ all: true });
    const logins = await Promise.all(Array.from({ length: 6 }, () => logIn(service, 'member')));
    const onOther = new ApiUser(other, 'operator');
    const bodies = [{ userId: 'u-member' }, { userId: 'u-member', clientId: 'shop' }, { clientId: 'shop' }];
    const answers = await Promise.all(
      Array.from({ length: 24 }, (_, index) =>
        (index % 2 === 0 ? operator : onOther).post(OF_ACME, bodies[index % bodies.length]),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect(answers.map(({ json }) => Number(json.logins)).reduce((one, two) => one + two)).toBe(logins.length);
  });

  it('are seen by another replica at once, and let the next login in, 200 times of 200', async () => {
    const ways: ((tokens: Tokens) => Promise<unknown>)[] = [
      () => revoke({ userId: 'u-member' }),
      () => revoke({ clientId: 'shop' }),
      () => revoke({ userId: 'u-member', clientId: 'shop' }),
      () => revoke({ all: true }),
      ({ accessToken }) => operator.delete(`/admin/orgs/acme/logins/${String(decodeJwt(accessToken).sid)}`),
      () => revoke({ userId: 'u-member' }, '/admin/revocations'),
    ];
    const seen: boolean[][] = [];
    for (let round = 0; round < 200; round++) {
      const tokens = await logIn(service, 'member');
      const before = await isActive(other, tokens.accessToken);
      await ways[round % ways.length]?.(tokens);
      const both = [tokens.accessToken, tokens.refreshToken].map((token) => isActive(other, token));
      seen.push([before, ...(await Promise.all(both))]);
    }
    await service.database.query('UPDATE api_tokens SET deactivated_at = NULL');
    expect(seen).toEqual(Array.from({ length: 200 }, () => [true, false, false]));
  }, 180_000);

  it('of tokens without a login are seen at once, too', async () => {
    const seen: boolean[][] = [];
    for (let round = 0; round < 50; round++) {
      const [own, user] = [await ownTokens(service), String((await useApiToken(service)).json.access_token)];
      const before = await Promise.all([own.accessToken, user].map((token) => isActive(other, token)));
      await Promise.all([revoke({ clientId: 'shop' }), revoke({ userId: 'u-member' })]);
      const after = await Promise.all([own.accessToken, user].map((token) => isActive(other, token)));
      seen.push([...before, ...after]);
    }
    expect(seen).toEqual(Array.from({ length: 50 }, () => [true, true, false, false]));
  }, 60_000);

  it('come with leaving an org: no token of before counts, not even after coming back', async () => {
    const token = String((await useApiToken(service)).json.access_token);
    expect(await isActive(other, token)).toBe(true);
    const users = '/csp/gateway/am/api/orgs/acme/users';
    // The account stays: it has another membership.
    await service.database.query("INSERT INTO memberships VALUES ('u-member', 'beta', '{}', '[]')");
    expect((await operator.delete(`${users}/u-member`)).status).toBe(204);
    expect(await isActive(other, token)).toBe(false);
    expect((await operator.post(users, { userId: 'u-member', roles: ['org_member'] })).status).toBe(201);
    expect(await isActive(other, token)).toBe(false);
  });
});
