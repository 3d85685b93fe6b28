import { ADMIN_WORLD, ApiUser } from '../harness/admin-world';
import { get } from '../harness/http';
import { eventsOf } from '../harness/people';
import { type Service, startService } from '../harness/service';

const DOMAINS = '/admin/domains';

describe('domains', () => {
  let service: Service;
  let operator: ApiUser;
  let auditor: ApiUser;

  beforeAll(async () => {
    service = await startService({ world: ADMIN_WORLD });
    operator = new ApiUser(service, 'operator');
    auditor = new ApiUser(service, 'auditor');
  });
  afterAll(() => service?.stop());

  it('are made, read, changed and deleted, each change with its event', async () => {
    const created = await operator.post(DOMAINS, { name: 'new.example', org: 'acme' });
    const shown = { name: 'new.example', displayName: 'new.example', org: 'acme' };
    expect({ status: created.status, json: created.json }).toEqual({ status: 201, json: shown });
    expect((await auditor.get(`${DOMAINS}/new.example`)).json).toEqual(shown);
    const changed = await operator.patch(`${DOMAINS}/new.example`, { displayName: 'New', org: 'beta' });
    expect(changed).toMatchObject({ status: 200, json: { displayName: 'New', org: 'beta' } });
    const deleted = await operator.delete(`${DOMAINS}/new.example`);
    expect(deleted.status).toBe(204);
    expect((await operator.get(`${DOMAINS}/new.example`)).status).toBe(404);
    expect(await eventsOf(service.database, created)).toMatchObject([{ action: 'domain.create', org_id: 'acme' }]);
    expect(await eventsOf(service.database, changed)).toMatchObject([
      { action: 'domain.update', org_id: 'beta', reason: 'new.example, moved from org acme' },
    ]);
    expect(await eventsOf(service.database, deleted)).toMatchObject([{ action: 'domain.delete', org_id: 'beta' }]);
  });

  it('are not deleted while there are users in them', async () => {
    expect(await operator.delete(`${DOMAINS}/acme.example`)).toMatchObject({
      status: 409,
      json: { error: 'invalid_request', error_description: 'There are still users in this domain.' },
    });
  });

  it('are not made twice, also by parallel requests, and not of an org that is not there', async () => {
    const domain = { name: 'once.example', org: 'acme' };
    const answers = await Promise.all(Array.from({ length: 4 }, () => operator.post(DOMAINS, domain)));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409]);
    const orphan = await operator.post(DOMAINS, { name: 'orphan.example', org: 'nowhere' });
    expect(orphan).toMatchObject({ status: 400, json: { error_description: 'org: there is no org nowhere.' } });
    expect((await operator.patch(`${DOMAINS}/once.example`, { org: 'nowhere' })).status).toBe(400);
  });

  it('name every field that is wrong', async () => {
    const answer = await operator.post(DOMAINS, { name: 'a:b', displayName: '', colour: 'red' });
    expect(answer.status).toBe(400);
    expect(answer.json.error_description).toMatch(/name: .*displayName: .*org: .*colour/s);
    expect((await operator.patch(`${DOMAINS}/acme.example`, { name: 'other' })).status).toBe(400);
  });

  it('are changed over the state that was read, or not at all', async () => {
    const headers = { 'If-Match': '"stale"' };
    expect((await operator.patch(`${DOMAINS}/acme.example`, { displayName: 'A' }, headers)).status).toBe(412);
    expect((await operator.delete(`${DOMAINS}/acme.example`, headers)).status).toBe(412);
    const fresh = { 'If-Match': (await operator.get(`${DOMAINS}/acme.example`)).headers.get('etag') ?? '' };
    expect((await operator.patch(`${DOMAINS}/acme.example`, { displayName: 'A' }, fresh)).status).toBe(200);
    expect((await operator.patch(`${DOMAINS}/acme.example`, { displayName: null })).json).toMatchObject({
      displayName: 'acme.example',
    });
  });

  it('are listed page by page, by name', async () => {
    const first = await auditor.get(`${DOMAINS}?filter=.example&limit=2`);
    const second = await auditor.get(String(first.json.nextLink));
    const names = [first, second].flatMap(({ json }) => (json.results as { name: string }[]).map(({ name }) => name));
    expect(names).toEqual(['acme.example', 'beta.example', 'once.example', 'ops.example']);
    expect(first.json.totalResults).toBe(4);
  });

  it('are for the operators of the platform to change, and for its auditors to read', async () => {
    const owner = new ApiUser(service, 'owner');
    expect((await owner.get(DOMAINS)).status).toBe(403);
    expect((await auditor.get(DOMAINS)).status).toBe(200);
    for (const user of [owner, auditor]) {
      expect((await user.post(DOMAINS, { name: 'x', org: 'acme' })).status).toBe(403);
      expect((await user.patch(`${DOMAINS}/acme.example`, { displayName: 'x' })).status).toBe(403);
      expect((await user.delete(`${DOMAINS}/acme.example`)).status).toBe(403);
    }
    expect((await get(service.url + DOMAINS)).status).toBe(401);
  });
});
