import { ADMIN_WORLD, ApiUser } from '../harness/admin-world';
import { get } from '../harness/http';
import { eventsOf } from '../harness/people';
import { type Service, startService } from '../harness/service';

const ORGS = '/csp/gateway/am/api/orgs';

describe('orgs', () => {
  let service: Service;
  let owner: ApiUser;
  let operator: ApiUser;
  let betaOwner: ApiUser;

  beforeAll(async () => {
    service = await startService({ world: ADMIN_WORLD });
    owner = new ApiUser(service, 'owner');
    operator = new ApiUser(service, 'operator');
    betaOwner = new ApiUser(service, 'beta-owner');
  });
  afterAll(() => service?.stop());

  it('are read by their members, with the name that clients show', async () => {
    const answer = await new ApiUser(service, 'member').get(`${ORGS}/acme`);
    expect(answer).toMatchObject({
      status: 200,
      json: { id: 'acme', displayName: 'Acme Corporation', disabled: false },
    });
    expect(answer.headers.get('etag')).toMatch(/^"[\w-]+"$/);
  });

  it('are the same nothing for others, whether they exist or not', async () => {
    const [foreign, unknown] = [await betaOwner.get(`${ORGS}/acme`), await betaOwner.get(`${ORGS}/nowhere`)];
    expect(foreign.status).toBe(404);
    expect({ ...foreign.json, requestId: '' }).toEqual({ ...unknown.json, requestId: '' });
  });

  it('need a token', async () => {
    const answer = await get(`${service.url}${ORGS}/acme`);
    expect(answer).toMatchObject({ status: 401, json: { errorCode: 'invalid_token', statusCode: 401 } });
    expect(answer.headers.get('www-authenticate')).toContain('Bearer');
  });

  it('are made, changed and deleted by a platform operator, each with its event', async () => {
    const created = await operator.post(ORGS, { id: 'gamma', name: 'GAMMA' });
    expect(created).toMatchObject({ status: 201, json: { id: 'gamma', displayName: 'GAMMA' } });
    expect((await operator.post(ORGS, { id: 'gamma', name: 'GAMMA' })).status).toBe(409);
    const changed = await operator.patch(`${ORGS}/gamma`, { displayName: 'Gamma Inc.' });
    expect(changed).toMatchObject({ status: 200, json: { name: 'GAMMA', displayName: 'Gamma Inc.' } });
    expect(await eventsOf(service.database, changed)).toMatchObject([
      { action: 'org.update', outcome: 'allowed', reason: 'changed: displayName' },
    ]);
    const disabled = await operator.patch(`${ORGS}/gamma`, { disabled: true, name: 'GAMMA 2' });
    expect(await eventsOf(service.database, disabled)).toMatchObject([
      { reason: 'changed: disabled = true, name = GAMMA 2' },
    ]);
    expect((await operator.delete(`${ORGS}/gamma`)).status).toBe(202);
    await vanished(operator, `${ORGS}/gamma`);
  });

  it('are changed over the state that was read, or not at all', async () => {
    const read = await owner.get(`${ORGS}/acme`);
    const first = await owner.patch(
      `${ORGS}/acme`,
      { displayName: 'Acme' },
      { 'If-Match': read.headers.get('etag') ?? '' },
    );
    expect(first.status).toBe(200);
    const second = await owner.patch(
      `${ORGS}/acme`,
      { displayName: 'ACME!' },
      { 'If-Match': read.headers.get('etag') ?? '' },
    );
    expect(second).toMatchObject({ status: 412, json: { statusCode: 412 } });
    const third = await owner.patch(
      `${ORGS}/acme`,
      { displayName: 'Acme 3' },
      { 'If-Match': first.headers.get('etag') ?? '' },
    );
    expect(third.status).toBe(200);
  });

  it('name every field that is wrong', async () => {
    const answer = await operator.post(ORGS, { id: 'a b', logo: 'javascript:alert(1)', colour: 'red' });
    expect(answer.status).toBe(400);
    expect(answer.json.message).toMatch(/name: .*logo: .*id: .*colour/s);
  });

  it('are listed page by page', async () => {
    const first = await operator.get(`${ORGS}?limit=2`);
    expect(first.json).toMatchObject({ totalResults: 3, prevLink: null });
    const second = await operator.get(String(first.json.nextLink));
    expect(second.json).toMatchObject({ nextLink: null });
    const back = await operator.get(String(second.json.prevLink));
    expect(back.json.results).toEqual(first.json.results);
    expect([...idsOf(first.json), ...idsOf(second.json)]).toEqual(['acme', 'beta', 'ops']);
    expect((await operator.get(`${ORGS}?filter=lim`)).json).toMatchObject({
      totalResults: 1,
      results: [{ id: 'beta' }],
    });
    expect((await operator.get(`${ORGS}?cursor=nonsense`)).status).toBe(400);
  });
});

function idsOf({ results }: Record<string, unknown>): string[] {
  return (results as { id: string }[]).map(({ id }) => id);
}

/** A deletion goes on after its answer: 409 while it does, 404 in the end. */
async function vanished(user: ApiUser, path: string): Promise<void> {
  for (;;) {
    const { status } = await user.get(path);
    if (status === 404) return;
    expect(status).toBe(409);
  }
}
