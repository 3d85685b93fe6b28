import { ADMIN_WORLD, ApiUser } from '../harness/admin-world';
import { ask, eventsOf } from '../harness/people';
import { type Service, startService } from '../harness/service';

/** Nothing that an index could make shorter. */
function noise(length: number): string {
  return Array.from({ length }, () =>
    String.fromCodePoint(0x10000 + (Math.floor(Math.random() * 0xfffff) % 0xeffff)),
  ).join('');
}

describe('an org that a caller only names', () => {
  let service: Service;

  beforeAll(async () => {
    service = await startService({ world: ADMIN_WORLD });
  });
  afterAll(() => service?.stop());

  it('fails no request, however long its name is: neither this one nor those beside it', async () => {
    const names = Array.from({ length: 8 }, () => noise(1_000));
    const answers = await Promise.all([
      ...names.map((orgId) => ask(service.url, { grant_type: 'client_credentials', orgId }, { client: 'console' })),
      ...names.map(() => ask(service.url, { grant_type: 'client_credentials' }, { client: 'console' })),
    ]);
    const statuses = answers.map(({ status }) => status);
    expect(statuses).toEqual([...Array<number>(8).fill(400), ...Array<number>(8).fill(200)]);
  });

  it('does not have its administrators read of the caller', async () => {
    const form = { grant_type: 'password', username: 'owner', password: 'owner-password', orgId: 'beta' };
    const refused = await ask(service.url, form, { client: 'console' });
    expect(refused.status).toBe(400);
    expect(await eventsOf(service.database, refused)).toMatchObject([
      { subject: 'acme.example:u-owner', org_id: null },
    ]);
    const { json } = await new ApiUser(service, 'beta-owner').get(
      '/csp/gateway/am/api/orgs/beta/audit-events?outcome=refused',
    );
    expect(json.results).toEqual([]);
  });
});
