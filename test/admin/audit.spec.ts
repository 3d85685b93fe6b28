import { ADMIN_WORLD, ApiUser } from '../harness/admin-world';
import { type Answer, get } from '../harness/http';
import { ask } from '../harness/people';
import { type Service, startService } from '../harness/service';

const EVENTS = '/admin/audit-events';
const OF_ACME = '/csp/gateway/am/api/orgs/acme/audit-events';

interface Event {
  readonly id: string;
  readonly requestId: string;
  readonly orgId: string;
}

describe('the audit trail', () => {
  let service: Service;
  let auditor: ApiUser;
  let operator: ApiUser;
  let owner: ApiUser;

  beforeAll(async () => {
    service = await startService({ world: ADMIN_WORLD });
    auditor = new ApiUser(service, 'auditor');
    operator = new ApiUser(service, 'operator');
    owner = new ApiUser(service, 'owner');
    // Ten an hour of old, each tenth of another kind; those of an hour are of one millisecond.
    await service.database.query(
      `INSERT INTO audit_events (at, request_id, action, outcome, client_id, subject, org_id, grant_type, error, reason)
       SELECT timestamptz '2001-01-01T00:00:00Z' + (n / 10) * interval '1 hour', 'old-' || n, 'token.issue',
              CASE n % 10 WHEN 0 THEN 'refused' ELSE 'allowed' END, 'client-' || n % 3, 'old:' || n % 4,
              CASE n % 2 WHEN 0 THEN 'acme' ELSE 'beta' END,
              CASE n WHEN 7 THEN 'password' ELSE 'client_credentials' END, NULL, NULL
       FROM generate_series(0, 5999) n`,
    );
    await service.database.query(
      `UPDATE audit_events SET actor = 'ops.example:u-root', family = '8f9937ea-293c-4b8e-a976-16dc39e3d829'
       WHERE request_id = 'old-1235'`,
    );
  });
  afterAll(() => service?.stop());

  const eventsIn = ({ status, json }: Answer) => {
    expect(status).toBe(200);
    return json.results as Event[];
  };
  const refusedLogin = (requestId: string) => {
    const form = { grant_type: 'password', username: 'owner', password: 'do-not-tell-anyone' };
    return ask(service.url, form, { client: 'console', requestId });
  };
  /** All that a search finds, page by page. */
  const all = async (link: string) => {
    const [found, pages]: [Event[], number[]] = [[], []];
    for (let next: string | null = link; next !== null;) {
      const answer = await auditor.get(next);
      found.push(...eventsIn(answer));
      pages.push(eventsIn(answer).length);
      next = answer.json.nextLink as string | null;
    }
    return { found, pages };
  };

  it('is read newest first, page by page, with nothing twice', async () => {
    const { found, pages } = await all(`${EVENTS}?to=2001-01-02T00:00:00Z&limit=100`);
    expect(pages).toEqual([100, 100, 40]);
    const ids = found.map(({ id }) => Number(id));
    expect(ids).toEqual([...ids].sort((one, other) => other - one));
    expect(new Set(ids).size).toBe(240);
  });

  it.each<[string, number]>([
    ['requestId=old-1234', 1],
    ['subject=old:1&from=2001-01-02T00:00:00Z&to=2001-01-03T00:00:00%2B00:00', 60],
    ['subject=old:1&to=2001-01-03T00:00:00Z&orgId=acme', 0],
    ['clientId=client-2&subject=old:2&to=2001-01-02T00:00:00Z&limit=7', 20],
    ['orgId=beta&to=2001-01-01T01:00:00Z', 5],
    ['outcome=refused&clientId=client-0', 200],
    ['action=token.issue&outcome=refused&to=2001-01-02T00:00:00Z', 24],
    ['actor=ops.example:u-root&orgId=beta', 1],
    ['actor=ops.example:u-nobody&to=2001-01-02T00:00:00Z', 0],
    ['family=8f9937ea-293c-4b8e-a976-16dc39e3d829&from=2001-01-01T00:00:00Z&to=2001-02-01T00:00:00Z', 1],
    ['family=8f9937ea-293c-4b8e-a976-16dc39e3d829&orgId=acme&to=2001-02-01T00:00:00Z', 0],
  ])('is filtered: %s', async (filter, count) => {
    expect((await all(`${EVENTS}?${filter}`)).found).toHaveLength(count);
  });

  it.each(['action=nothing.do', 'user=ada', 'actor=', 'outcome=maybe'])(
    'says what is no filter: %s',
    async (filter) => {
      const answer = await auditor.get(`${EVENTS}?${filter}`);
      expect(answer.status).toBe(400);
      expect(answer.json.error_description).toMatch(/^(action|query|actor|outcome): /);
    },
  );

  it('looks so far for each page and no farther, and finds what is rare all the same', async () => {
    const { found, pages } = await all(`${EVENTS}?grantType=password&to=2002-01-01T00:00:00Z`);
    expect(found).toMatchObject([{ requestId: 'old-7' }]);
    expect(pages).toEqual([0, 1]);
  });

  it.each([
    'cursor=nonsense',
    `cursor=${Buffer.from('["2001-01-01T00:00:00Z","x"]').toString('base64url')}`,
    'limit=0',
    'limit=201',
    'outcome=maybe',
    'from=yesterday',
    'colour=red',
    'subject=%00',
    'clientId=a&clientId=b',
  ])('refuses %s', async (query) => expect((await auditor.get(`${EVENTS}?${query}`)).status).toBe(400));

  it('says in words why a request was refused', async () => {
    expect((await refusedLogin('why-me')).status).toBe(400);
    const { status, json, text } = await auditor.get('/admin/explain/why-me');
    expect(status).toBe(200);
    expect(json).toMatchObject({
      requestId: 'why-me',
      events: [
        {
          asked: 'for a token by the grant password in the oauth dialect',
          outcome: 'refused',
          error: 'invalid_grant',
          meaning: expect.stringMatching(/wrong, expired/) as string,
          remedy: expect.stringMatching(/./) as string,
          reason: expect.stringMatching(/password/) as string,
          clientId: 'console',
          address: expect.stringMatching(/127\.0\.0\.1/) as string,
        },
      ],
    });
    expect(json.summary).toMatch(
      /client console.* asked for a token by the grant password.* refused with invalid_grant/,
    );
    expect(text).not.toContain('do-not-tell-anyone');
  });

  it('says it of a change that was made, and of access that was refused', async () => {
    const made = await operator.post('/admin/service-definitions', { id: 'explained' });
    const explained = await auditor.get(`/admin/explain/${made.headers.get('x-request-id')}`);
    expect(explained.json.summary).toMatch(
      /ops\.example:u-operator.* asked to create a service definition\. It was done/,
    );
    const refused = await auditor.post('/admin/service-definitions', { id: 'no' });
    const why = await auditor.get(`/admin/explain/${refused.headers.get('x-request-id')}`);
    expect(why.json.summary).toMatch(/asked to use the API.* refused with insufficient_scope.*POST \/admin/);
    expect((await auditor.get('/admin/explain/never-made')).status).toBe(404);
  });

  it('shows an org its own events, whatever it asks for', async () => {
    const { found } = await all(`${OF_ACME}?limit=200&to=2002-01-01T00:00:00Z`);
    expect(found).toHaveLength(3_000);
    expect(new Set(found.map(({ orgId }) => orgId))).toEqual(new Set(['acme']));
    const page = await owner.get(`${OF_ACME}?limit=1`);
    expect(String(page.json.nextLink)).toMatch(/^\/csp\/gateway\/am\/api\/orgs\/acme\/audit-events\?/);
    expect(eventsIn(await owner.get(String(page.json.nextLink)))).toHaveLength(1);
    expect((await owner.get(`${OF_ACME}?orgId=beta`)).status).toBe(400);
    expect((await new ApiUser(service, 'beta-owner').get(OF_ACME)).status).toBe(404);
    expect((await new ApiUser(service, 'developer').get(OF_ACME)).status).toBe(403);
  });

  it('is for the operators and auditors of the platform', async () => {
    for (const path of [EVENTS, '/admin/explain/why-me', '/admin/signing-keys']) {
      expect((await operator.get(path)).status).toBe(200);
      expect((await owner.get(path)).status).toBe(403);
      expect((await get(service.url + path)).status).toBe(401);
    }
  });
});

describe('signing keys', () => {
  it('are listed without what they sign with', async () => {
    const service = await startService({ world: ADMIN_WORLD });
    const { status, json, text } = await new ApiUser(service, 'auditor').get('/admin/signing-keys?filter=active');
    await service.stop();
    expect({ status, total: json.totalResults }).toEqual({ status: 200, total: 4 });
    const keys = json.results as Record<string, unknown>[];
    expect(keys.map(({ alg }) => alg).sort()).toEqual(['ES256', 'EdDSA', 'PS256', 'RS256']);
    for (const key of keys) {
      expect(Object.keys(key).sort()).toEqual(
        ['activeSince', 'alg', 'createdAt', 'custody', 'kid', 'retireAt', 'state'].sort(),
      );
      expect(key).toMatchObject({
        custody: 'database',
        retireAt: null,
        activeSince: expect.stringMatching(/Z$/) as string,
      });
    }
    expect(text).not.toContain('sealed');
  });
});
