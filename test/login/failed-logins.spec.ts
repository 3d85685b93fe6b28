import { submitWith } from '../harness/browser-sessions';
import { basic, post } from '../harness/http';
import { authorizeUrl, LOGIN_WORLD } from '../harness/login-world';
import { eventsOf } from '../harness/people';
import { type Service, startService } from '../harness/service';
import { plainText, titleOf, type Visit, Visitor } from '../harness/visitor';

describe('too many failed logins', () => {
  const WRONG = 'The user name or password is not right.';
  let service: Service;

  beforeAll(async () => {
    const env = { FAILED_PASSWORD_LIMIT: '3', THROTTLE_FAILED_AUTHENTICATION_LIMIT: '5', TRUSTED_PROXIES: 'loopback' };
    service = await startService({ world: LOGIN_WORLD, env });
  });
  afterAll(() => service?.stop());

  /** Tries once, with a browser of its own at that address. */
  const tryFrom = async (address: string, username: string, password: string) => {
    const visitor = new Visitor(service.url);
    const page = await visitor.open(authorizeUrl());
    return submitWith(visitor, page, { username, password }, { 'X-Forwarded-For': address });
  };
  const passwordGrant = (username: string, password: string) => {
    const form = { grant_type: 'password', domain: 'acme.example', username, password };
    return post(`${service.url}/oauth2/token`, { form, headers: basic('web', 'web-secret') });
  };
  const expectRefused = (visit: Visit) => {
    expect({ status: visit.status, title: titleOf(visit) }).toEqual({ status: 401, title: 'Log in' });
    expect(plainText(visit.text)).toContain(WRONG);
  };

  it('lock the account for the page and the password grant alike, whichever of them it was', async () => {
    expectRefused(await tryFrom('203.0.113.1', 'ada', 'wrong'));
    expect((await passwordGrant('ada', 'wrong')).status).toBe(400);
    expect((await passwordGrant('ada', 'ada-password')).status).toBe(200);
    expectRefused(await tryFrom('203.0.113.1', 'acme.example\\ADA', 'wrong'));
    expectRefused(await tryFrom('203.0.113.2', 'ada', 'ada-password'));
    expect((await passwordGrant('ada', 'ada-password')).json).toMatchObject({ error: 'invalid_grant' });
    const [event] = await service.database.query(
      `SELECT * FROM audit_events WHERE action = 'session.begin' ORDER BY id DESC LIMIT 1`,
    );
    expect(event).toMatchObject({ outcome: 'refused', reason: expect.stringMatching(/locked/) as string });
    const namesake = await tryFrom('203.0.113.2', 'beta.example\\ada', 'ada-password');
    expect(titleOf(namesake)).toBe('Allow access?');
  });

  it('close the page to an address, whoever it tries to be, and to no other', async () => {
    for (let tries = 0; tries < 5; tries++) expectRefused(await tryFrom('203.0.113.3', `guess-${tries}`, 'wrong'));
    const closed = await tryFrom('203.0.113.3', 'carl@acme.example', 'carl-password');
    expect(closed.status).toBe(429);
    expect(closed.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(plainText(closed.text)).toContain('Too many requests.');
    expect((await tryFrom('203.0.113.4', 'carl@acme.example', 'carl-password')).leftTo).toBeDefined();
    expect(await eventsOf(service.database, closed.headers.get('x-request-id') ?? '')).toMatchObject([
      { action: 'session.begin', outcome: 'refused', error: 'too_many_requests', client_id: 'web' },
    ]);
    expect(Number(closed.headers.get('retry-after'))).toBeGreaterThanOrEqual(1); // contract, section 9
  });
});
