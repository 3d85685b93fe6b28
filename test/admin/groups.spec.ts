import { ADMIN_WORLD, ApiUser } from '../harness/admin-world';
import { get } from '../harness/http';
import { eventsOf } from '../harness/people';
import { type Service, startService } from '../harness/service';

const GROUPS = '/csp/gateway/am/api/orgs/acme/groups';

describe('groups', () => {
  let service: Service;
  let admin: ApiUser;
  let betaOwner: ApiUser;

  beforeAll(async () => {
    service = await startService({ world: ADMIN_WORLD });
    admin = new ApiUser(service, 'admin');
    betaOwner = new ApiUser(service, 'beta-owner');
  });
  afterAll(() => service?.stop());

  it('are made, read, changed and deleted, each with its event', async () => {
    const created = await admin.post(GROUPS, { id: 'g-1', name: 'Engineers' });
    expect(created).toMatchObject({ status: 201, json: { id: 'g-1', name: 'Engineers' } });
    expect((await admin.post(GROUPS, { id: 'g-1', name: 'Engineers' })).status).toBe(409);
    expect((await admin.post(GROUPS, { name: 'Others' })).json.id).toMatch(/^[\da-f-]{36}$/);
    const etag = (await admin.get(`${GROUPS}/g-1`)).headers.get('etag') ?? '';
    const changed = await admin.patch(`${GROUPS}/g-1`, { name: 'Makers' }, { 'If-Match': etag });
    expect(changed).toMatchObject({ status: 200, json: { name: 'Makers' } });
    expect((await admin.patch(`${GROUPS}/g-1`, { name: 'X' }, { 'If-Match': etag })).status).toBe(412);
    expect((await admin.delete(`${GROUPS}/g-1`, { 'If-Match': etag })).status).toBe(412);
    const deleted = await admin.delete(`${GROUPS}/g-1`);
    expect(deleted.status).toBe(204);
    const actions = await Promise.all([created, changed, deleted].map((answer) => eventsOf(service.database, answer)));
    expect(actions.flat().map(({ action, reason }) => `${action} ${reason}`)).toEqual([
      'group.create group g-1',
      'group.update group g-1',
      'group.delete group g-1',
    ]);
    expect((await admin.get(`${GROUPS}/g-1`)).status).toBe(404);
  });

  it('name every field that is wrong', async () => {
    const answer = await admin.post(GROUPS, { id: 'a b', colour: 'red' });
    expect(answer.status).toBe(400);
    expect(answer.json.message).toMatch(/name: .*id: .*colour/s);
    await admin.post(GROUPS, { id: 'g-named', name: 'Named' });
    expect((await admin.patch(`${GROUPS}/g-named`, { name: null })).status).toBe(400);
  });

  it('are for administrators of the org, and the same nothing for others', async () => {
    await admin.post(GROUPS, { id: 'g-ours', name: 'Ours' });
    expect((await get(service.url + GROUPS)).status).toBe(401);
    expect((await new ApiUser(service, 'developer').get(GROUPS)).status).toBe(403);
    const elsewhere = '/csp/gateway/am/api/orgs/beta/groups';
    const answers = [await betaOwner.get(`${elsewhere}/g-ours`), await betaOwner.get(`${elsewhere}/g-none`)];
    expect(answers.map(({ status }) => status)).toEqual([404, 404]);
    const [foreign, unknown] = answers.map(({ json }) => ({ ...json, requestId: '' }));
    expect(foreign).toEqual(unknown);
    expect((await betaOwner.delete(`${elsewhere}/g-ours`)).status).toBe(404);
    expect((await betaOwner.post(`${elsewhere}/g-ours/users`, { ids: ['u-beta-owner'] })).status).toBe(404);
    expect((await admin.get(`${GROUPS}?filter=ours`)).json).toMatchObject({ totalResults: 1 });
  });

  it('have members of the org, one event each', async () => {
    await admin.post(GROUPS, { id: 'g-full', name: 'Full' });
    const users = `${GROUPS}/g-full/users`;
    const added = await admin.post(users, { ids: ['u-owner', 'u-admin', 'u-member'] });
    expect(added.status).toBe(204);
    expect(await eventsOf(service.database, added)).toHaveLength(3);
    const again = await admin.post(users, { ids: ['u-owner'] });
    expect([again.status, await eventsOf(service.database, again)]).toEqual([204, []]);
    const first = await admin.get(`${users}?limit=2`);
    expect(first.json).toMatchObject({ totalResults: 3, results: [{ id: 'u-admin' }, { id: 'u-member' }] });
    expect((await admin.get(String(first.json.nextLink))).json).toMatchObject({ results: [{ id: 'u-owner' }] });
    const foreign = await admin.post(users, { ids: ['u-beta-owner', 'u-member'] });
    expect(foreign).toMatchObject({
      status: 400,
      json: { message: expect.stringContaining('u-beta-owner') as string },
    });
    const removed = await admin.call('DELETE', users, { body: { ids: ['u-owner', 'u-nobody'] } });
    expect(removed.status).toBe(204);
    expect(await eventsOf(service.database, removed)).toMatchObject([
      { action: 'group.update', subject: 'acme.example:u-owner', reason: 'taken out of group g-full' },
    ]);
    expect((await admin.delete(`${users}/u-admin`)).status).toBe(204);
    expect((await admin.delete(`${users}/u-admin`)).status).toBe(404);
    expect((await admin.get(users)).json).toMatchObject({ totalResults: 1, results: [{ id: 'u-member' }] });
  });

  it('are left with the org', async () => {
    const user = { id: 'u-guest', domain: 'acme.example', username: 'guest', groups: ['g-left'] };
    await admin.post(GROUPS, { id: 'g-left', name: 'Left' });
    expect((await admin.post('/csp/gateway/am/api/orgs/acme/users', user)).status).toBe(201);
    expect((await admin.get(`${GROUPS}/g-left/users`)).json).toMatchObject({ totalResults: 1 });
    await admin.delete('/csp/gateway/am/api/orgs/acme/users/u-guest');
    expect((await admin.get(`${GROUPS}/g-left/users`)).json).toMatchObject({ totalResults: 0 });
  });
});
