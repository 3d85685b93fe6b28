import { setTimeout as sleep } from 'node:timers/promises';
import { ADMIN_WORLD, ApiUser } from '../harness/admin-world';
import { basic, get, post } from '../harness/http';
import { type Service, startService } from '../harness/service';
import { askForToken } from '../harness/tokens';

const ORGS = '/csp/gateway/am/api/orgs';
const USERINFO = '/csp/gateway/am/api/userinfo';
const TOKEN = '/csp/gateway/am/api/auth/token';

/** One test after the other: each goes on where the one before ended. */
describe("a tenant's life", () => {
  let service: Service;
  let operator: ApiUser;
  let secret = '';

  beforeAll(async () => {
    service = await startService({ world: ADMIN_WORLD });
    operator = new ApiUser(service, 'operator');
  });
  afterAll(() => service?.stop());

  const asClient = (form: Record<string, string>) =>
    post(service.url + TOKEN, { form, headers: basic('shop', secret) });
  const logIn = () =>
    asClient({
      grant_type: 'password',
      username: 'zoe',
      password: 'a password of zoe',
      domain: 'gamma.example',
      scope: 'openid csp:org_member',
    });
  const refresh = (token: unknown) => asClient({ grant_type: 'refresh_token', refresh_token: String(token) });
  const userinfo = async (token: unknown) =>
    (await get(service.url + USERINFO, { Authorization: `Bearer ${String(token)}` })).status;

  it('begins with an org, its domain, a user and a client', async () => {
    expect((await operator.post(ORGS, { id: 'gamma', name: 'GAMMA' })).status).toBe(201);
    expect((await operator.post('/admin/domains', { name: 'gamma.example', org: 'gamma' })).status).toBe(201);
    const user = {
      id: 'u-zoe',
      domain: 'gamma.example',
      username: 'zoe',
      password: 'a password of zoe',
      roles: ['org_owner', 'org_member'],
    };
    expect((await operator.post(`${ORGS}/gamma/users`, user)).status).toBe(201);
    const client = await operator.post(`${ORGS}/gamma/oauth-apps`, {
      id: 'shop',
      grantTypes: ['client_credentials', 'password', 'refresh_token', 'context_switch'],
      allowedScopes: { generalScopes: ['openid'], organizationScopes: { allRoles: true } },
    });
    expect(client.status).toBe(201);
    secret = String(client.json.secret);
    expect((await logIn()).status).toBe(200);
  });

  it('goes on without one failure while the secret is rotated', async () => {
    const statuses: number[] = [];
    let rotating = true;
    const keepAsking = async () => {
      while (rotating) statuses.push((await askForToken(service.url, 'shop', secret)).status);
    };
    const asking = Promise.all(Array.from({ length: 4 }, keepAsking));
    for (let round = 0; round < 5; round++) {
      const rotated = await operator.post(`${ORGS}/gamma/oauth-apps/shop/secret`, {
        secretRotationExpirationInSeconds: 60,
      });
      expect(rotated.status).toBe(201);
      secret = String(rotated.json.secret);
      const before = statuses.length;
      while (statuses.length < before + 8) await sleep(5);
    }
    rotating = false;
    await asking;
    expect(statuses.length).toBeGreaterThan(20);
    expect(new Set(statuses)).toEqual(new Set([200]));
  });

  it('refuses a disabled user at once, and revives nothing when it is enabled', async () => {
    const { json } = await logIn();
    expect(await userinfo(json.access_token)).toBe(200);
    const exchange = () =>
      asClient({
        grant_type: 'context_switch',
        subject_token: String(json.access_token),
        subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
        orgId: 'gamma',
      });
    expect((await exchange()).status).toBe(200);

    expect((await operator.patch(`${ORGS}/gamma/users/u-zoe`, { disabled: true })).status).toBe(200);
    const dead = async () => [
      (await refresh(json.refresh_token)).status,
      (await exchange()).status,
      await userinfo(json.access_token),
    ];
    expect(await dead()).toEqual([400, 400, 401]);
    expect((await logIn()).status).toBe(400);

    expect((await operator.patch(`${ORGS}/gamma/users/u-zoe`, { disabled: false })).status).toBe(200);
    expect(await dead()).toEqual([400, 400, 401]);
    const anew = await logIn();
    expect(anew.status).toBe(200);
    expect(await userinfo(anew.json.access_token)).toBe(200);
  });

  it('revives no token of a client that was disabled, and takes new ones at once', async () => {
    const orgOf = async (token: unknown) =>
      (await get(`${service.url}${ORGS}/gamma`, { Authorization: `Bearer ${String(token)}` })).status;
    const patched = await operator.patch(`${ORGS}/gamma/oauth-apps/shop`, {
      allowedScopes: { organizationScopes: { roles: [{ name: 'org_member' }] } },
    });
    expect(patched.status).toBe(200);
    const old = (await asClient({ grant_type: 'client_credentials' })).json.access_token;
    expect(await orgOf(old)).toBe(200);
    for (const disabled of [true, false]) {
      expect((await operator.patch(`${ORGS}/gamma/oauth-apps/shop`, { disabled })).status).toBe(200);
      expect(await orgOf(old)).toBe(401);
    }
    expect(await orgOf((await asClient({ grant_type: 'client_credentials' })).json.access_token)).toBe(200);
  });

  it('ends with everything in it, but for the audit trail', async () => {
    expect((await operator.delete(`${ORGS}/gamma`)).status).toBe(202);
    expect((await askForToken(service.url, 'shop', secret)).status).toBe(401);
    let status = 409;
    while (status === 409) ({ status } = await operator.get(`${ORGS}/gamma`));
    expect(status).toBe(404);
    const left = await service.database.query<{ kind: string }>(
      `SELECT 'user' AS kind FROM users WHERE id = 'u-zoe' UNION ALL SELECT 'client' FROM clients WHERE id = 'shop'
       UNION ALL SELECT 'login' FROM families WHERE org_id = 'gamma' UNION ALL SELECT 'domain' FROM domains WHERE org_id = 'gamma'`,
    );
    expect(left).toEqual([]);
    const events = await service.database.query<{ action: string }>(
      "SELECT DISTINCT action FROM audit_events WHERE org_id = 'gamma' ORDER BY action",
    );
    expect(events.map(({ action }) => action)).toEqual(
      expect.arrayContaining([
        'client.create',
        'client_secret.create',
        'org.create',
        'org.delete',
        'token.issue',
        'user.create',
      ]),
    );
  });
});
