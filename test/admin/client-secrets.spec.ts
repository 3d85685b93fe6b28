import { ADMIN_WORLD, ApiUser } from '../harness/admin-world';
import type { Answer } from '../harness/http';
import { eventsOf } from '../harness/people';
import { type Service, startService } from '../harness/service';
import { askForToken } from '../harness/tokens';

const APPS = '/csp/gateway/am/api/orgs/acme/oauth-apps';
const HOUR = 3_600_000;

describe("a client's secrets", () => {
  let service: Service;
  let owner: ApiUser;

  beforeAll(async () => {
    service = await startService({ world: ADMIN_WORLD });
    owner = new ApiUser(service, 'owner');
  });
  afterAll(() => service?.stop());

  const created = async (id: string, client: object = {}) =>
    String((await owner.post(APPS, { id, grantTypes: ['client_credentials'], ...client })).json.secret);
  const works = async (id: string, secret: string) => (await askForToken(service.url, id, secret)).status === 200;
  const rotated = (id: string, body: object = {}) => owner.post(`${APPS}/${id}/secret`, body);
  const secretsOf = async (id: string) =>
    (await owner.get(`${APPS}/${id}/secret`)).json.results as { id: string; expiresAt: string; lastUsedAt: string }[];

  it('are replaced, all at once', async () => {
    const old = await created('replaced');
    const answer = await owner.call('PUT', `${APPS}/replaced/secret`);
    expect(answer).toMatchObject({ status: 200, json: { expiresAt: null, lastUsedAt: null } });
    expect(answer.json.secret).toMatch(/^[\w-]{43}$/);
    expect(await works('replaced', old)).toBe(false);
    expect(await works('replaced', String(answer.json.secret))).toBe(true);
    await expectSecretless(answer, 'client_secret.update');
  });

  it('are added; the old ones live on for two days unless told', async () => {
    const old = await created('rotated');
    const added = await rotated('rotated', { newClientSecret: 'chosen by someone else' });
    expect(added).toMatchObject({ status: 201, json: { secret: 'chosen by someone else', expiresAt: null } });
    expect([await works('rotated', old), await works('rotated', 'chosen by someone else')]).toEqual([true, true]);
    const [newest, before, ...more] = await secretsOf('rotated');
    expect(more).toEqual([]);
    expect(newest).toMatchObject({ id: added.json.id, expiresAt: null });
    expect(Math.abs(Date.parse(before?.expiresAt ?? '') - Date.now() - 48 * HOUR)).toBeLessThan(60_000);
    await expectSecretless(added, 'client_secret.create');
  });

  it('live no longer than was said first', async () => {
    const first = await created('hasty');
    const { json } = await rotated('hasty', { secretRotationExpirationInSeconds: 1 });
    await rotated('hasty', { secretRotationExpirationInSeconds: 3_600 });
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    expect([await works('hasty', first), await works('hasty', String(json.secret))]).toEqual([false, true]);
    expect(await secretsOf('hasty')).toHaveLength(2);
  });

  it('are one again when the overlap is ended', async () => {
    const old = await created('overlapping');
    const { json } = await rotated('overlapping');
    const answer = await owner.delete(`${APPS}/overlapping/secret`);
    expect(answer).toMatchObject({ status: 204, text: '' });
    expect([await works('overlapping', old), await works('overlapping', String(json.secret))]).toEqual([false, true]);
    await expectSecretless(answer, 'client_secret.delete');
    expect((await owner.delete(`${APPS}/overlapping/secret`)).status).toBe(204);
    expect(await secretsOf('overlapping')).toHaveLength(1);
  });

  it('say which of them are in use, and never what they are', async () => {
    const old = await created('used');
    const { json } = await rotated('used');
    await works('used', old);
    const list = await owner.get(`${APPS}/used/secret`);
    expect(list).toMatchObject({
      status: 200,
      json: { totalResults: 2, results: [{ lastUsedAt: null }, { lastUsedAt: expect.any(String) as string }] },
    });
    for (const secret of [old, String(json.secret)]) expect(list.text).not.toContain(secret);
    expect(list.text).not.toContain('hash');
  });

  it('change while a client asks for tokens, without one failure', async () => {
    let secret = await created('busy');
    const failures: Answer[] = [];
    let asked = 0;
    let done = false;
    const asking = async () => {
      while (!done) {
        const answer = await askForToken(service.url, 'busy', secret);
        asked += 1;
        if (answer.status !== 200) failures.push(answer);
      }
    };
    const askers = Promise.all([asking(), asking(), asking(), asking()]);
    for (let round = 0; round < 10; round += 1) {
      const { json } = await rotated('busy');
      // The client gets to know of it only later.
      const before = asked;
      while (asked < before + 8) await new Promise((resolve) => setTimeout(resolve, 5));
      secret = String(json.secret);
    }
    done = true;
    await askers;
    expect(failures).toEqual([]);
    expect(asked).toBeGreaterThan(80);
  });

  it('of parallel rotations stay one without expiry', async () => {
    const old = await created('parallel');
    const answers = await Promise.all(Array.from({ length: 5 }, () => rotated('parallel')));
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201, 201]);
    const all = await Promise.all(
      [old, ...answers.map(({ json }) => String(json.secret))].map((s) => works('parallel', s)),
    );
    expect(all).toEqual(all.map(() => true));
    expect((await secretsOf('parallel')).map(({ expiresAt }) => expiresAt === null)).toEqual([
      true,
      ...Array.from({ length: 5 }, () => false),
    ]);
  });

  it('are not without number', async () => {
    await created('many');
    for (let count = 1; count < 50; count += 1) expect((await rotated('many')).status).toBe(201);
    expect((await rotated('many')).status).toBe(409);
    expect((await owner.call('PUT', `${APPS}/many/secret`)).status).toBe(200);
  });

  it('are refused when they are weak, or the time is none', async () => {
    await created('strict');
    for (const secret of ['fifteen letters', 'x'.repeat(1_025), 'sixteen chars \u00e9\u00e9\u00e9']) {
      const answer = await owner.call('PUT', `${APPS}/strict/secret`, { body: { newClientSecret: secret } });
      expect(answer).toMatchObject({ status: 400 });
      expect(answer.json.message).toMatch(/newClientSecret: /);
      expect(answer.text).not.toContain(secret.slice(0, 10));
    }
    for (const seconds of [0, -1, 1.5, '60', 7_776_001]) {
      expect((await rotated('strict', { secretRotationExpirationInSeconds: seconds })).status).toBe(400);
    }
    expect((await rotated('strict', { colour: 'red' })).status).toBe(400);
  });

  it('are none of a public client', async () => {
    await created('public', { publicClient: true, grantTypes: ['authorization_code'] });
    expect((await owner.get(`${APPS}/public/secret`)).json).toEqual({ results: [], totalResults: 0 });
    for (const method of ['PUT', 'POST', 'DELETE']) {
      expect((await owner.call(method, `${APPS}/public/secret`)).status).toBe(409);
    }
  });

  it('are for those who may change the client', async () => {
    const path = `${APPS}/strict/secret`;
    for (const method of ['GET', 'PUT', 'POST', 'DELETE']) {
      expect((await new ApiUser(service, 'auditor').call(method, path)).status).toBe(404);
      expect((await new ApiUser(service, 'member').call(method, path)).status).toBe(403);
      expect((await new ApiUser(service, 'beta-owner').call(method, path)).status).toBe(404);
      expect((await owner.call(method, `${APPS}/nobody/secret`)).status).toBe(404);
    }
    expect((await new ApiUser(service, 'developer').call('PUT', path)).status).toBe(200);
  });

  async function expectSecretless(answer: Answer, action: string): Promise<void> {
    const events = await eventsOf(service.database, answer);
    expect(events).toMatchObject([{ action, outcome: 'allowed' }]);
    if (answer.text !== '') expect(JSON.stringify(events)).not.toContain(String(answer.json.secret));
  }
});
