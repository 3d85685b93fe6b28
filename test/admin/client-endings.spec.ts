import { newLoginId } from '@gatehouse/grant-sdk';
import { ADMIN_WORLD, ApiUser } from '../harness/admin-world';
import { basic, get, post } from '../harness/http';
import { eventsOf } from '../harness/people';
import { type Service, startService } from '../harness/service';
import { askForToken } from '../harness/tokens';

const APPS = '/csp/gateway/am/api/orgs/acme/oauth-apps';
const CLIENT = { grantTypes: ['client_credentials', 'password', 'refresh_token'], secret: 'a secret of the tests' };

describe('a client that ends', () => {
  let service: Service;
  let owner: ApiUser;
  let operator: ApiUser;

  beforeAll(async () => {
    service = await startService({ world: ADMIN_WORLD });
    owner = new ApiUser(service, 'owner');
    operator = new ApiUser(service, 'operator');
  });
  afterAll(() => service?.stop());

  const ask = (id: string, form: Record<string, string>) =>
    post(`${service.url}/oauth2/token`, { form, headers: basic(id, CLIENT.secret) });
  /** 403 while the token is good, since it carries no permission; 401 after. */
  const statusOf = async (token: string) =>
    (await get(`${service.url}${APPS}`, { Authorization: `Bearer ${token}` })).status;

  it('is refused at once when it is disabled, and has no token back when it is enabled', async () => {
    expect((await operator.post(APPS, { id: 'ended', ...CLIENT })).status).toBe(201);
    const login = await ask('ended', { grant_type: 'password', username: 'member', password: 'member-password' });
    const { access_token: ofUser, refresh_token: refreshToken } = login.json as Record<string, string>;
    const { access_token: own } = (await askForToken(service.url, 'ended', CLIENT.secret)).json as Record<
      string,
      string
    >;
    expect([await statusOf(ofUser ?? ''), await statusOf(own ?? '')]).toEqual([403, 403]);

    const disabled = await owner.patch(`${APPS}/ended`, { disabled: true });
    expect(disabled).toMatchObject({ status: 200, json: { disabled: true } });
    const refused = await askForToken(service.url, 'ended', CLIENT.secret);
    expect(refused).toMatchObject({ status: 401, json: { error: 'invalid_client' } });

    const enabled = await owner.patch(`${APPS}/ended`, { disabled: false });
    expect(enabled).toMatchObject({ status: 200, json: { disabled: false } });
    expect([await statusOf(ofUser ?? ''), await statusOf(own ?? '')]).toEqual([401, 401]);
    const refreshed = await ask('ended', { grant_type: 'refresh_token', refresh_token: refreshToken ?? '' });
    expect(refreshed).toMatchObject({ status: 400, json: { error: 'invalid_grant' } });
    expect((await askForToken(service.url, 'ended', CLIENT.secret)).status).toBe(200);
  });

  it('is deleted in two steps, and its id is free after', async () => {
    await operator.post(APPS, { id: 'leaving', ...CLIENT });
    await ask('leaving', { grant_type: 'password', username: 'member', password: 'member-password' });
    const answer = await owner.delete(`${APPS}/leaving`);
    expect(answer).toMatchObject({ status: 202, json: { status: 'deleting' } });
    expect(await eventsOf(service.database, answer)).toContainEqual(
      expect.objectContaining({ action: 'client.delete', client_id: 'leaving' }),
    );
    expect((await askForToken(service.url, 'leaving', CLIENT.secret)).status).toBe(401);
    let status: number;
    do {
      status = (await owner.get(`${APPS}/leaving`)).status;
      expect([404, 409]).toContain(status);
    } while (status !== 404);
    expect((await owner.delete(`${APPS}/leaving`)).status).toBe(404);
    expect((await owner.post(APPS, { id: 'leaving' })).status).toBe(201);
  });

  it('answers 409 to whatever is wanted of it meanwhile', async () => {
    await owner.post(APPS, { id: 'going' });
    // As a replica leaves it that ended half way.
    await service.database.query("UPDATE clients SET deleting_since = now(), disabled_at = now() WHERE id = 'going'");
    const path = `${APPS}/going`;
    const answers = [
      await owner.get(path),
      await owner.patch(path, {}),
      await owner.call('PUT', path, { body: {} }),
      await owner.delete(path),
      await owner.post(APPS, { id: 'going' }),
      await owner.get(`${path}/secret`),
      await owner.call('PUT', `${path}/secret`),
      await owner.call('POST', `${path}/secret`),
      await owner.delete(`${path}/secret`),
    ];
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 409));
    const { results } = (await owner.get(APPS)).json as { results: { id: string }[] };
    expect(results.map(({ id }) => id)).not.toContain('going');
  });

  it('ends more logins than one statement could', async () => {
    expect((await operator.post(APPS, { id: 'popular', ...CLIENT })).status).toBe(201);
    await service.database.query(
      `INSERT INTO families (id, client_id, user_id, org_id, scopes, auth_time, created_at, expires_at, last_used_at)
       SELECT (left($1, 24) || lpad(to_hex(number), 12, '0'))::uuid,
         'popular', 'u-member', 'acme', '{}', now(), now(), now() + interval '1 day', now()
       FROM generate_series(1, 25000) AS number`,
      [newLoginId(new Date(Date.now() + 86_400_000))],
    );
    expect((await owner.patch(`${APPS}/popular`, { disabled: true })).status).toBe(200);
    const [alive] = await service.database.query<{ count: number }>(
      "SELECT count(*)::int FROM families WHERE client_id = 'popular' AND ended_at IS NULL",
    );
    expect(alive).toEqual({ count: 0 });
  });
});
