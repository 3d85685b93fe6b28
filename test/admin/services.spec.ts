import { ADMIN_WORLD, ApiUser } from '../harness/admin-world';
import { get } from '../harness/http';
import { eventsOf } from '../harness/people';
import { type Service, startService } from '../harness/service';

const SERVICES = '/admin/service-definitions';
const ROLES = [{ name: 'vault:reader', permissions: [{ permissionId: 'secret.read' }] }];

const WORLD = `${ADMIN_WORLD}  - id: carrier
    org: acme
    allowedScopes: { servicesScopes: [{ serviceDefinitionId: carried, roles: [{ name: x }] }] }
`;

describe('service definitions', () => {
  let service: Service;
  let operator: ApiUser;
  let auditor: ApiUser;

  beforeAll(async () => {
    service = await startService({ world: WORLD });
    operator = new ApiUser(service, 'operator');
    auditor = new ApiUser(service, 'auditor');
  });
  afterAll(() => service?.stop());

  it('are made, read, changed and deleted, each change with its event', async () => {
    const created = await operator.post(SERVICES, { id: 'vault', roles: ROLES });
    const shown = {
      id: 'vault',
      name: 'vault',
      roles: [{ name: 'vault:reader', permissions: [{ permissionId: 'secret.read', resources: ['*'] }] }],
    };
    expect({ status: created.status, json: created.json }).toEqual({ status: 201, json: shown });
    const read = await auditor.get(`${SERVICES}/vault`);
    expect({ status: read.status, json: read.json }).toEqual({ status: 200, json: shown });
    expect(read.headers.get('etag')).toBe(created.headers.get('etag'));
    const changed = await operator.patch(`${SERVICES}/vault`, { name: 'Vault' });
    expect(changed).toMatchObject({ status: 200, json: { ...shown, name: 'Vault' } });
    const renamed = await operator.patch(`${SERVICES}/vault`, { name: null, roles: [] });
    expect(renamed).toMatchObject({ status: 200, json: { name: 'vault', roles: [] } });
    const deleted = await operator.delete(`${SERVICES}/vault`);
    expect({ status: deleted.status, text: deleted.text }).toEqual({ status: 204, text: '' });
    expect((await operator.get(`${SERVICES}/vault`)).status).toBe(404);
    const actions = [];
    for (const answer of [created, changed, deleted]) actions.push(...(await eventsOf(service.database, answer)));
    expect(actions).toMatchObject(
      ['create', 'update', 'delete'].map((verb) => ({ action: `service_definition.${verb}`, reason: 'vault' })),
    );
  });

  it('are not made twice, also by parallel requests', async () => {
    const answers = await Promise.all(Array.from({ length: 4 }, () => operator.post(SERVICES, { id: 'once' })));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409]);
  });

  it('name every field that is wrong', async () => {
    const answer = await operator.post(SERVICES, { id: 'a b', roles: [{ name: 'x y' }], colour: 'red' });
    expect(answer.status).toBe(400);
    expect(answer.json.error_description).toMatch(/id: .*roles\.0\.name: .*colour/s);
    expect((await operator.patch(`${SERVICES}/tmc`, { id: 'other' })).status).toBe(400);
  });

  it('are changed over the state that was read, or not at all', async () => {
    const headers = { 'If-Match': '"stale"' };
    expect((await operator.patch(`${SERVICES}/tmc`, { name: 'T' }, headers)).status).toBe(412);
    expect((await operator.delete(`${SERVICES}/tmc`, headers)).status).toBe(412);
    const fresh = { 'If-Match': (await operator.get(`${SERVICES}/tmc`)).headers.get('etag') ?? '' };
    expect((await operator.patch(`${SERVICES}/tmc`, { name: 'TMC' }, fresh)).status).toBe(200);
  });

  it('stay while someone has a role of theirs', async () => {
    await service.database.query(
      `UPDATE memberships SET service_roles = '[{"serviceDefinitionId":"tmc","role":"tmc:admin"}]'
       WHERE user_id = 'u-member'`,
    );
    expect((await operator.delete(`${SERVICES}/tmc`)).status).toBe(409);
    await service.database.query(`UPDATE memberships SET service_roles = '[]'`);
    await operator.post(SERVICES, { id: 'carried' });
    expect((await operator.delete(`${SERVICES}/carried`)).status).toBe(409);
    expect((await operator.delete(`${SERVICES}/nothing`)).status).toBe(404);
  });

  it('are listed page by page, by id', async () => {
    for (const id of ['list-b', 'list-a', 'list-c']) await operator.post(SERVICES, { id });
    const first = await auditor.get(`${SERVICES}?filter=list-&limit=2`);
    expect(first.json).toMatchObject({ totalResults: 3, results: [{ id: 'list-a' }, { id: 'list-b' }] });
    const second = await auditor.get(String(first.json.nextLink));
    expect(second.json).toMatchObject({ results: [{ id: 'list-c' }], nextLink: null });
    expect((await auditor.get(`${SERVICES}?filter=%00`)).status).toBe(400);
  });

  it('are for the operators of the platform to change, and for its auditors to read', async () => {
    const owner = new ApiUser(service, 'owner');
    expect((await owner.get(SERVICES)).status).toBe(403);
    expect((await auditor.get(SERVICES)).status).toBe(200);
    for (const user of [owner, auditor]) {
      expect((await user.post(SERVICES, { id: 'x' })).status).toBe(403);
      expect((await user.patch(`${SERVICES}/tmc`, { name: 'x' })).status).toBe(403);
      expect((await user.delete(`${SERVICES}/tmc`)).status).toBe(403);
    }
    expect((await get(service.url + SERVICES)).status).toBe(401);
  });
});
