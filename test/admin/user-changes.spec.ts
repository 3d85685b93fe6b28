import { setTimeout as sleep } from 'node:timers/promises';
import { ADMIN_WORLD, ApiUser } from '../harness/admin-world';
import { ask, eventsOf } from '../harness/people';
import { type Service, startService } from '../harness/service';

const USERS = '/csp/gateway/am/api/orgs/acme/users';

describe('changes of users', () => {
  let service: Service;
  let owner: ApiUser;
  let admin: ApiUser;
  let operator: ApiUser;

  beforeAll(async () => {
    service = await startService({ world: ADMIN_WORLD });
    owner = new ApiUser(service, 'owner');
    admin = new ApiUser(service, 'admin');
    operator = new ApiUser(service, 'operator');
  });
  afterAll(() => service?.stop());

  const logIn = (username: string, password: string) =>
    ask(service.url, { grant_type: 'password', domain: 'acme.example', username, password }, { client: 'console' });

  const refresh = (token: unknown) =>
    ask(service.url, { grant_type: 'refresh_token', refresh_token: String(token) }, { client: 'console' });

  async function made(username: string, more: object = {}): Promise<string> {
    const user = { domain: 'acme.example', username, email: `${username}@acme.example`, password: 'first-password' };
    const answer = await owner.post(USERS, { ...user, ...more });
    expect(answer.status).toBe(201);
    return `${USERS}/${String(answer.json.id)}`;
  }

  it('are merge patches, over the state that was read', async () => {
    const path = await made('patched', { givenName: 'Pat', familyName: 'Ched' });
    const etag = (await admin.get(path)).headers.get('etag') ?? '';
    const changed = await admin.patch(path, { familyName: null, email: 'New@acme.example' }, { 'If-Match': etag });
    expect(changed).toMatchObject({
      status: 200,
      json: { givenName: 'Pat', familyName: '', email: 'New@acme.example' },
    });
    expect(await eventsOf(service.database, changed)).toMatchObject([
      { action: 'user.update', reason: 'changed: familyName, email' },
    ]);
    expect((await admin.patch(path, { givenName: 'P' }, { 'If-Match': etag })).status).toBe(412);
    expect(changed.headers.get('etag')).toBe((await admin.get(path)).headers.get('etag'));
  });

  it('name every field that is wrong', async () => {
    const path = await made('wrong');
    const answer = await admin.patch(path, { username: '', disabled: 'no', id: 'u-2' });
    expect(answer.status).toBe(400);
    expect(answer.json.message).toMatch(/username: .*disabled: .*id/s);
    expect((await admin.patch(path, { defaultOrg: 'beta' })).json).toMatchObject({
      statusCode: 400,
      message: 'invalid_request: defaultOrg: the user is no member of it.',
    });
    expect((await admin.patch(path, [])).status).toBe(400);
    expect((await admin.patch(path, { username: 'OWNER' })).status).toBe(409);
    expect((await admin.patch(`${USERS}/u-nobody`, {})).status).toBe(404);
  });

  it('of the password end what was begun with the old one', async () => {
    const path = await made('secretive');
    const { refresh_token: token } = (await logIn('secretive', 'first-password')).json;
    const changed = await admin.patch(path, { password: 'second-password' });
    expect(changed.status).toBe(200);
    expect(JSON.stringify([changed.json, await eventsOf(service.database, changed)])).not.toContain('second-password');
    expect((await refresh(token)).status).toBe(400);
    expect((await logIn('secretive', 'first-password')).status).toBe(400);
    expect((await logIn('secretive', 'second-password')).status).toBe(200);
    expect((await admin.patch(path, { password: null })).status).toBe(200);
    expect((await logIn('secretive', 'second-password')).status).toBe(400);
  });

  it('to disabled end everything, and enabling revives nothing', async () => {
    const path = await made('disabled');
    const { refresh_token: token } = (await logIn('disabled', 'first-password')).json;
    expect((await admin.patch(path, { disabled: true })).json).toMatchObject({ disabled: true });
    expect((await logIn('disabled', 'first-password')).status).toBe(400);
    expect((await admin.patch(path, { disabled: false })).json).toMatchObject({ disabled: false });
    expect((await refresh(token)).status).toBe(400);
    await sleep(1_000);
    expect((await logIn('disabled', 'first-password')).status).toBe(200);
  });

  it('of other things end nothing', async () => {
    const path = await made('steady');
    const { refresh_token: token } = (await logIn('steady', 'first-password')).json;
    expect((await admin.patch(path, { givenName: 'Steady' })).status).toBe(200);
    expect((await admin.patch(`${path}/roles`, { rolesToAdd: ['developer'] })).status).toBe(200);
    expect((await refresh(token)).status).toBe(200);
  });

  it('of an account that may more are for those who may as much', async () => {
    expect((await admin.patch(`${USERS}/u-owner`, { password: 'mine-now' })).status).toBe(403);
    const path = await made('mighty');
    const permissions = { platformPermissions: ['csp:platform_auditor'] };
    expect((await owner.patch(path, permissions)).status).toBe(403);
    const changed = await operator.patch(path, permissions);
    expect(changed).toMatchObject({ status: 200, json: permissions });
    expect((await operator.patch(path, { platformPermissions: ['csp:org_owner'] })).status).toBe(400);
    expect((await owner.patch(path, { password: 'mine-now' })).status).toBe(403);
    expect((await owner.delete(path)).status).toBe(403);
    expect((await operator.patch(path, { givenName: 'Still' })).json).toMatchObject(permissions);
    expect((await operator.patch(path, { platformPermissions: null })).json).toMatchObject({ platformPermissions: [] });
    expect((await owner.delete(path)).status).toBe(204);
  });

  it('leave an org its last enabled owner', async () => {
    const second = await made('second-owner', { roles: ['org_owner'] });
    expect((await owner.patch(second, { disabled: true })).status).toBe(200);
    expect((await owner.patch(`${USERS}/u-owner`, { disabled: true })).status).toBe(409);
    expect((await owner.delete(`${USERS}/u-owner`)).status).toBe(409);
  });
});
