import { basic, post } from '../harness/http';
import { type Service, startService } from '../harness/service';

const WORLD = `
orgs: [{ id: acme, name: ACME }]
clients:
  - { id: gateway, org: acme, secret: s, grantTypes: [client_credentials], trustedProxy: true }
  - { id: ordinary, org: acme, secret: s, grantTypes: [client_credentials] }
`;

describe('subject_ip', () => {
  let service: Service;

  beforeAll(async () => {
    service = await startService({ world: WORLD, env: { THROTTLE_ADDRESS_LIMIT: '20' } });
  });
  afterAll(() => service?.stop());

  const ask = (client: string, subjectIp: string, requestId: string) =>
    post(`${service.url}/oauth2/token`, {
      form: { grant_type: 'client_credentials', subject_ip: subjectIp },
      headers: { ...basic(client, 's'), 'X-Request-Id': requestId },
    });

  async function recorded(requestId: string): Promise<string | undefined> {
    const sql = 'SELECT address FROM audit_events WHERE request_id = $1';
    const [event] = await service.database.query<{ address: string }>(sql, [requestId]);
    return event?.address;
  }

  it('of a trusted proxy is recorded as the address', async () => {
    expect((await ask('gateway', '203.0.113.7', 'trusted')).status).toBe(200);
    expect(await recorded('trusted')).toBe('203.0.113.7');
  });

  it('of any other client is not believed', async () => {
    expect((await ask('ordinary', '203.0.113.7', 'ordinary')).status).toBe(200);
    expect(await recorded('ordinary')).toBe('127.0.0.1');
  });

  it('must be an address', async () => {
    expect((await ask('gateway', 'localhost', 'no-address')).status).toBe(400);
  });
});

describe('the limit by address', () => {
  it('audits the first refusal of a window only', async () => {
    const service = await startService({ world: WORLD, env: { THROTTLE_ADDRESS_LIMIT: '5' } });
    const ask = () =>
      post(`${service.url}/oauth2/token`, {
        form: { grant_type: 'client_credentials' },
        headers: basic('gateway', 's'),
      });
    for (let request = 0; request < 9; request++) await ask();
    const events = await service.database.query(
      `SELECT action, outcome, error, address FROM audit_events WHERE error IS NOT NULL`,
    );
    expect(events).toEqual([
      { action: 'request.limit', outcome: 'refused', error: 'too_many_requests', address: '127.0.0.1' },
    ]);
    await service.stop();
  });
});
