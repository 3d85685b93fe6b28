import { setTimeout as sleep } from 'node:timers/promises';
import { decodeJwt } from 'jose';
import pg from 'pg';
import { flood } from '../harness/flood';
import { basic } from '../harness/http';
import { untilSomebodyWaits } from '../harness/lock-waits';
import { type Service, startService } from '../harness/service';

const WORLD = `
orgs:
  - { id: acme, name: ACME }
clients:
  - { id: worker, org: acme, secret: worker-secret, grantTypes: [client_credentials] }
`;

describe('parallel token requests', () => {
  let service: Service;

  beforeAll(async () => {
    service = await startService({ world: WORLD });
  });
  afterAll(() => service?.stop());

  it('give 1,000 tokens for 1,000 requests, each with its own committed event', async () => {
    const answers = await flood(`${service.url}/oauth2/token`, 1_000, {
      form: { grant_type: 'client_credentials' },
      headers: (index) => ({ ...basic('worker', 'worker-secret'), 'X-Request-Id': `request-${index}` }),
    });
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));

    const answered = answers.map(({ json, headers }) => ({
      request_id: headers.get('x-request-id'),
      jti: decodeJwt(String(json.access_token)).jti,
    }));
    expect(new Set(answered.map(({ jti }) => jti)).size).toBe(1_000);
    expect(answered.map(({ request_id }) => request_id)).toEqual(answers.map((_, index) => `request-${index}`));

    const committed = await service.database.query<{ request_id: string; jti: string }>(
      `SELECT request_id, jti FROM audit_events
       WHERE action = 'token.issue' AND outcome = 'allowed'`,
    );
    const byRequest = (events: readonly { request_id: string | null }[]) =>
      [...events].sort((one, other) => String(one.request_id).localeCompare(String(other.request_id)));
    expect(byRequest(committed)).toEqual(byRequest(answered));
  });

  it('wait for the commit of their events', async () => {
    const holder = new pg.Client(service.database.url);
    await holder.connect();
    await holder.query('BEGIN; LOCK TABLE audit_events IN EXCLUSIVE MODE');
    let answered = false;
    const answers = flood(`${service.url}/oauth2/token`, 10, {
      form: { grant_type: 'client_credentials' },
      headers: () => basic('worker', 'worker-secret'),
    }).finally(() => (answered = true));
    await untilSomebodyWaits(service.database);
    await sleep(200); // in which who does not wait would answer
    expect(answered).toBe(false);
    await holder.query('COMMIT');
    await holder.end();
    expect(new Set((await answers).map(({ status }) => status))).toEqual(new Set([200]));
  });
});
