import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { ApiUser } from '../harness/admin-world';
import type { Answer } from '../harness/http';
import { ask } from '../harness/people';
import { isActive, REVOCATION_WORLD } from '../harness/revocation-world';
import { untilSomebodyWaits } from '../harness/lock-waits';
import { type Service, startService } from '../harness/service';

const DEVELOPER = { username: 'developer', password: 'developer-password' };

const QUIET = { THROTTLE_ADDRESS_LIMIT: '1000000', THROTTLE_CLIENT_LIMIT: '1000000' };

/** What takes from a member what it was given, and by which rows it makes others wait. */
const ENDINGS = [
  { what: 'what a user has is revoked', path: '/admin/revocations', body: { userId: 'u-member' } },
  { what: 'what a member has is revoked', path: '/admin/orgs/acme/revocations', body: { userId: 'u-member' } },
  {
    what: 'what a member has at a client is revoked',
    path: '/admin/orgs/acme/revocations',
    body: { userId: 'u-member', clientId: 'shop' },
  },
  { what: 'what a client has is revoked', path: '/admin/orgs/acme/revocations', body: { clientId: 'shop' } },
  { what: 'what everyone has is revoked', path: '/admin/orgs/acme/revocations', body: { all: true } },
] as const;

describe('a login that begins while', () => {
  let service: Service;
  let operator: ApiUser;
  let database: pg.Client;

  beforeAll(async () => {
    service = await startService({ world: REVOCATION_WORLD, env: QUIET });
    operator = new ApiUser(service, 'operator');
    database = new pg.Client(service.database.url);
    await database.connect();
  });
  afterAll(async () => {
    await database?.end();
    await service?.stop();
  });

  const logIn = (password = 'member-password') =>
    ask(service.url, { grant_type: 'password', username: 'member', password }, { client: 'shop' });
  const refreshed = async ({ json }: Answer) =>
    (
      await ask(
        service.url,
        { grant_type: 'refresh_token', refresh_token: String(json.refresh_token) },
        { client: 'shop' },
      )
    ).status;

  it.each(ENDINGS)('$what is ended with the rest or not at all', async ({ path, body }) => {
    for (let round = 0; round < 4; round++) {
      const logins: Promise<Answer>[] = [];
      const ending = sleep(20 + 10 * round).then(() => operator.post(path, body));
      for (let number = 0; number < 8; number++) {
        logins.push(logIn());
        await sleep(8);
      }
      expect((await ending).status).toBe(200);
      for (const answer of await Promise.all(logins)) {
        // What began was answered; what could not begin any more was refused.
        if (answer.status !== 200) expect(answer).toMatchObject({ status: 400, json: { error: 'invalid_grant' } });
        else {
          const access = await isActive(service, String(answer.json.access_token));
          expect([access, await refreshed(answer)]).toEqual(access ? [true, 200] : [false, 400]);
        }
      }
    }
    expect((await logIn()).status).toBe(200);
  });

  /** As an administrator's transaction does it: the login waits until that is over. */
  async function whileLocked(change: string, begin: () => Promise<Answer>): Promise<Answer> {
    await database.query('BEGIN');
    await database.query("SELECT pg_advisory_xact_lock(hashtextextended('user u-member', 0))");
    const beginning = begin();
    await untilSomebodyWaits(service.database);
    await database.query(change);
    await database.query('COMMIT');
    return beginning;
  }

  it('the password is changed does not come from the old one', async () => {
    const changed = "UPDATE users SET logins_valid_from = clock_timestamp() WHERE id = 'u-member'";
    expect(await whileLocked(changed, logIn)).toMatchObject({ status: 400, json: { error: 'invalid_grant' } });
    expect((await logIn()).status).toBe(200);
  });

  it('the user is disabled does not begin', async () => {
    const disabled = "UPDATE users SET disabled_at = now() WHERE id = 'u-member'";
    expect((await whileLocked(disabled, logIn)).status).toBe(400);
    await service.database.query("UPDATE users SET disabled_at = NULL WHERE id = 'u-member'");
  });

  it('others begin all the time does not keep an administrator from ending them', async () => {
    let over = false;
    const load = Array.from({ length: 12 }, async () => {
      while (!over) await ask(service.url, { grant_type: 'password', ...DEVELOPER }, { client: 'shop' });
    });
    const statuses: number[] = [];
    for (let turn = 0; turn < 3; turn++) {
      statuses.push((await operator.post('/admin/orgs/acme/revocations', { all: true })).status);
    }
    over = true;
    await Promise.all(load);
    expect(statuses).toEqual([200, 200, 200]);
  });
});
