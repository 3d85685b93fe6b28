import { ADMIN_WORLD, ApiUser } from '../harness/admin-world';
import { get } from '../harness/http';
import { type Service, startService } from '../harness/service';
import { askForToken } from '../harness/tokens';

const USER = '/csp/gateway/am/api/loggedin/user';

describe('loggedin', () => {
  let service: Service;

  beforeAll(async () => {
    service = await startService({ world: ADMIN_WORLD });
  });
  afterAll(() => service?.stop());

  it('tells who the user of the token is, and what it may', async () => {
    const { status, json } = await new ApiUser(service, 'owner').get(USER);
    expect(status).toBe(200);
    expect(json).toMatchObject({ userId: 'u-owner', username: 'owner', acct: 'owner@acme.example', orgId: 'acme' });
    expect(json.permissions).toEqual(['csp:org_owner']);
  });

  it('lists the orgs of the user, and names the default one', async () => {
    const member = new ApiUser(service, 'member');
    expect((await member.get(`${USER}/orgs`)).json).toMatchObject({
      totalResults: 1,
      items: [{ id: 'acme', displayName: 'Acme Corporation' }],
      refLinks: ['/csp/gateway/am/api/orgs/acme'],
    });
    expect((await member.get(`${USER}/default-org`)).json).toMatchObject({
      id: 'acme',
      displayName: 'Acme Corporation',
    });
  });

  it('takes the token in the header of the Cloud Services, too', async () => {
    const { json } = await askForToken(service.url, 'console', 'console-secret', 'csp');
    const answer = await get(service.url + USER, { 'csp-auth-token': String(json.access_token) });
    expect(answer).toMatchObject({ status: 403, json: { errorCode: 'insufficient_scope' } });
  });
});
