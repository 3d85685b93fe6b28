import { ADMIN_WORLD, ApiUser } from '../harness/admin-world';
import { get } from '../harness/http';
import { ask, eventsOf } from '../harness/people';
import { type Service, startService } from '../harness/service';

const ACME = '/csp/gateway/am/api/orgs/acme';
const USERS = `${ACME}/users`;
const GRACE = { domain: 'acme.example', username: 'Grace', email: 'grace@acme.example', password: 'grace-password' };

describe('users', () => {
  let service: Service;
  let owner: ApiUser;
  let admin: ApiUser;
  let operator: ApiUser;
  let betaOwner: ApiUser;

  beforeAll(async () => {
    service = await startService({ world: ADMIN_WORLD });
    owner = new ApiUser(service, 'owner');
    admin = new ApiUser(service, 'admin');
    operator = new ApiUser(service, 'operator');
    betaOwner = new ApiUser(service, 'beta-owner');
  });
  afterAll(() => service?.stop());

  const logIn = (username: string, password: string) =>
    ask(service.url, { grant_type: 'password', domain: 'acme.example', username, password }, { client: 'console' });

  async function made(username: string, more: object = {}): Promise<string> {
    const answer = await owner.post(USERS, { ...GRACE, username, ...more });
    expect(answer.status).toBe(201);
    return String(answer.json.id);
  }

  it('are made by an administrator, with what they may, and log in', async () => {
    const created = await admin.post(USERS, {
      ...GRACE,
      id: 'u-grace',
      givenName: 'Grace',
      familyName: 'Hopper',
      roles: ['csp:developer'],
      serviceRoles: [{ serviceDefinitionId: 'tmc', role: 'tmc:admin' }],
    });
    expect(created).toMatchObject({
      status: 201,
      json: { id: 'u-grace', defaultOrg: 'acme', roles: ['developer'], disabled: false, platformPermissions: [] },
    });
    expect(created.text).not.toMatch(/grace-password|argon2/);
    expect(await eventsOf(service.database, created)).toMatchObject([
      { action: 'user.create', subject: 'acme.example:u-grace', outcome: 'allowed' },
    ]);
    expect((await logIn('grace', 'grace-password')).status).toBe(200);
    const read = await admin.get(`${USERS}/u-grace`);
    expect(read).toMatchObject({ status: 200, json: created.json });
    expect(read.headers.get('etag')).toBe(created.headers.get('etag'));
  });

  it('are refused when the id or the user name is taken, also by a client', async () => {
    await made('taken', { id: 'u-taken' });
    expect((await owner.post(USERS, { ...GRACE, username: 'TAKEN' })).status).toBe(409);
    expect((await owner.post(USERS, { ...GRACE, username: 'other', id: 'u-taken' })).status).toBe(409);
    expect((await owner.post(USERS, { ...GRACE, username: 'other', id: 'console' })).status).toBe(409);
  });

  it('name every field that is wrong', async () => {
    const answer = await owner.post(USERS, { domain: 'a:b', password: '', roles: ['platform_operator'], colour: 1 });
    expect(answer.status).toBe(400);
    expect(answer.json.message).toMatch(/domain: .*username: .*password: .*roles\.0: .*colour/s);
    const foreign = await owner.post(USERS, { ...GRACE, username: 'foreign', domain: 'beta.example' });
    expect(foreign).toMatchObject({
      status: 400,
      json: { message: 'invalid_request: domain: the organization has no such domain.' },
    });
    const role = await owner.post(USERS, {
      ...GRACE,
      username: 'x',
      serviceRoles: [{ serviceDefinitionId: 'tmc', role: 'tmc:king' }],
    });
    expect(role).toMatchObject({
      status: 400,
      json: { message: 'invalid_request: serviceRoles: there is no tmc:king of tmc.' },
    });
    const group = await owner.post(USERS, { ...GRACE, username: 'x', groups: ['g-none'] });
    expect(group).toMatchObject({ status: 400, json: { message: expect.stringContaining('g-none') as string } });
  });

  it('of other domains are added by a platform operator only', async () => {
    const body = { userId: 'u-beta-owner', roles: ['org_member'] };
    const foreign = await owner.post(USERS, body);
    const unknown = await owner.post(USERS, { userId: 'u-nobody' });
    expect(foreign.status).toBe(404);
    expect({ ...foreign.json, requestId: '' }).toEqual({ ...unknown.json, requestId: '' });
    const added = await operator.post(USERS, body);
    expect(added).toMatchObject({
      status: 201,
      json: { id: 'u-beta-owner', defaultOrg: 'beta', roles: ['org_member'] },
    });
    expect(await eventsOf(service.database, added)).toMatchObject([{ action: 'membership.create' }]);
    expect((await operator.post(USERS, body)).status).toBe(409);
    expect((await owner.patch(`${USERS}/u-beta-owner`, { email: 'mine@acme.example' })).status).toBe(403);
    expect((await owner.delete(`${USERS}/u-beta-owner`)).status).toBe(204);
    expect((await operator.get('/csp/gateway/am/api/orgs/beta/users/u-beta-owner')).status).toBe(200);
  });

  it('are listed page by page, filtered by their names', async () => {
    const page = await owner.get(`${USERS}?limit=2`);
    expect(page.json).toMatchObject({ results: [{ id: 'u-admin', roles: ['org_admin'] }, { id: 'u-developer' }] });
    expect((await owner.get(String(page.json.nextLink))).status).toBe(200);
    expect((await owner.get(`${USERS}?filter=DEVELOPER%40`)).json).toMatchObject({
      totalResults: 1,
      results: [{ id: 'u-developer' }],
    });
    expect((await operator.get('/csp/gateway/am/api/orgs/nowhere/users')).status).toBe(404);
  });

  it('are for administrators of the org and of the platform', async () => {
    expect((await get(service.url + USERS)).status).toBe(401);
    expect((await new ApiUser(service, 'member').get(USERS)).status).toBe(403);
    expect((await new ApiUser(service, 'developer').post(USERS, GRACE)).status).toBe(403);
    const auditor = new ApiUser(service, 'auditor');
    expect((await auditor.get(USERS)).status).toBe(200);
    expect((await auditor.post(USERS, GRACE)).status).toBe(404);
    const [foreign, unknown] = [await betaOwner.get(USERS), await owner.get(`${USERS}/u-beta-owner`)];
    expect([foreign.status, unknown.status]).toEqual([404, 404]);
    expect({ ...foreign.json, requestId: '' }).toEqual({ ...unknown.json, requestId: '' });
  });

  it('leave an org with their logins, and with their account if nothing is left', async () => {
    const id = await made('leaver');
    const { access_token: token } = (await logIn('leaver', 'grace-password')).json;
    const removed = await admin.delete(`${USERS}/${id}`);
    expect(removed.status).toBe(204);
    expect(await eventsOf(service.database, removed)).toMatchObject([
      { action: 'membership.delete' },
      { action: 'user.delete', subject: `acme.example:${id}` },
    ]);
    expect((await logIn('leaver', 'grace-password')).status).toBe(400);
    const answer = await get(`${service.url}/csp/gateway/am/api/loggedin/user`, {
      Authorization: `Bearer ${String(token)}`,
    });
    expect(answer.status).toBe(401);
    expect((await admin.delete(`${USERS}/${id}`)).status).toBe(404);
  });

  it('keep their account while they are in another org', async () => {
    const id = await made('traveller');
    expect((await operator.post('/csp/gateway/am/api/orgs/beta/users', { userId: id })).status).toBe(201);
    const { refresh_token: refreshToken } = (await logIn('traveller', 'grace-password')).json;
    expect((await admin.delete(`${USERS}/${id}`)).status).toBe(204);
    const refreshed = await ask(
      service.url,
      { grant_type: 'refresh_token', refresh_token: String(refreshToken) },
      { client: 'console' },
    );
    expect(refreshed.status).toBe(400);
    expect((await betaOwner.get(`/csp/gateway/am/api/orgs/beta/users/${id}`)).json).toMatchObject({
      defaultOrg: 'beta',
    });
  });
});
