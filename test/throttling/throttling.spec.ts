import { DIALECTS, type DialectName } from '../harness/dialects';
import { errorName, expectErrorShape } from '../harness/error-shape';
import { flood } from '../harness/flood';
import { type Answer, basic, post } from '../harness/http';
import { type Service, startService } from '../harness/service';

const WORLD = `
orgs:
  - { id: acme, name: ACME }
clients:
  - { id: worker, org: acme, secret: worker-secret, grantTypes: [client_credentials] }
  - { id: other, org: acme, secret: other-secret, grantTypes: [client_credentials] }
`;

const FORM = { grant_type: 'client_credentials' };
const GOOD = basic('worker', 'worker-secret');
const WRONG = basic('worker', 'wrong');
const OTHER = basic('other', 'other-secret');
const PATH = '/oauth2/token';

/** Starts a service with these limits for the tests of the block. */
function serviceWith(env: Record<string, string>): () => Service {
  let service: Service | undefined;
  beforeAll(async () => {
    service = await startService({ world: WORLD, env });
  });
  afterAll(() => service?.stop());
  return () => {
    if (service === undefined) throw new Error('The service is not started.');
    return service;
  };
}

/** @param from the address that a proxy in front would name */
function ask({ url }: Service, headers: Record<string, string>, from?: string, path = PATH): Promise<Answer> {
  const forwarded: Record<string, string> = from === undefined ? {} : { 'X-Forwarded-For': from };
  return post(url + path, { form: FORM, headers: { ...headers, ...forwarded } });
}

function expectTooMany(answer: Answer, dialect: DialectName = 'oauth'): void {
  expect(answer.status).toBe(429);
  expectErrorShape(answer, dialect);
  expect(errorName(answer, dialect)).toBe(dialect === 'csp' ? 'too_many_requests' : 'temporarily_unavailable');
  const retryAfter = Number(answer.headers.get('retry-after'));
  expect(retryAfter).toBeGreaterThanOrEqual(1);
  expect(retryAfter).toBeLessThanOrEqual(60);
}

function addressesIn({ database }: Service): Promise<{ address: string }[]> {
  return database.query(`SELECT DISTINCT address FROM audit_events WHERE action = 'token.issue' ORDER BY address`);
}

function passed(answers: readonly Answer[]): number {
  return answers.filter(({ status }) => status === 200).length;
}

describe('the limit of an address', () => {
  describe('at 100', () => {
    const service = serviceWith({ THROTTLE_ADDRESS_LIMIT: '100' });

    it('lets exactly 100 parallel requests pass, of 1,000 and of 150, at each endpoint', async () => {
      for (const { dialect, path } of DIALECTS) {
        const count = dialect === 'oauth' ? 1_000 : 150;
        const answers = await flood(service().url + path, count, { form: FORM, headers: () => GOOD });
        expect(passed(answers)).toBe(100);
        answers.filter(({ status }) => status !== 200).forEach((answer) => expectTooMany(answer, dialect));
      }
      const issued = await service().database.query(`SELECT 1 FROM audit_events WHERE action = 'token.issue'`);
      expect(issued.length).toBe(300);
    });
  });

  describe('at 2 a minute', () => {
    const service = serviceWith({ THROTTLE_ADDRESS_LIMIT: '2', THROTTLE_WINDOW_SECONDS: '60' });

    it('counts requests that fail, too, and ends with the window', async () => {
      const [first, second, third] = [
        await ask(service(), WRONG),
        await ask(service(), {}),
        await ask(service(), GOOD),
      ];
      expect([first.status, second.status]).toEqual([401, 401]);
      expectTooMany(third);
      const afterwards = Date.now() + 1_000 * Number(third.headers.get('retry-after'));
      const clock = jest.spyOn(Date, 'now').mockReturnValue(afterwards);
      expect((await ask(service(), GOOD).finally(() => clock.mockRestore())).status).toBe(200);
    });
  });

  const NEIGHBOURS = ['203.0.113.1', '203.0.113.2', '203.0.113.3'];

  describe('at 2, with no trusted proxy', () => {
    const service = serviceWith({ THROTTLE_ADDRESS_LIMIT: '2' });

    it('believes nobody about the address', async () => {
      const statuses: number[] = [];
      for (const address of NEIGHBOURS) statuses.push((await ask(service(), GOOD, address)).status);
      expect(statuses).toEqual([200, 200, 429]);
      expect(await addressesIn(service())).toEqual([{ address: '127.0.0.1' }]);
    });
  });

  describe('at 2, behind a trusted proxy', () => {
    const service = serviceWith({ THROTTLE_ADDRESS_LIMIT: '2', TRUSTED_PROXIES: 'loopback' });

    it('believes the proxy, but only what that one has seen itself', async () => {
      for (const address of NEIGHBOURS) expect((await ask(service(), GOOD, address)).status).toBe(200);
      expect((await ask(service(), GOOD, '198.51.100.1, 203.0.113.1')).status).toBe(200);
      expectTooMany(await ask(service(), GOOD, '198.51.100.2, 203.0.113.1'));
      expect(await addressesIn(service())).toEqual(NEIGHBOURS.map((address) => ({ address })));
    });
  });
});

describe('the limit of a client', () => {
  const service = serviceWith({ THROTTLE_CLIENT_LIMIT: '20' });

  it('lets exactly as many parallel requests pass as it says, in all dialects together', async () => {
    const answers = await Promise.all(
      DIALECTS.map(({ path }) => flood(service().url + path, 50, { form: FORM, headers: () => GOOD, sockets: 20 })),
    );
    expect(passed(answers.flat())).toBe(20);
    answers.forEach((some, index) => {
      const refused = some.filter(({ status }) => status !== 200);
      refused.forEach((answer) => expectTooMany(answer, DIALECTS[index]?.dialect));
    });
  });

  it('counts no request of somebody who only claims to be the client', async () => {
    const strangers = await flood(service().url + PATH, 30, { form: FORM, headers: () => basic('other', 'wrong') });
    expect(new Set(strangers.map(({ status }) => status))).toEqual(new Set([401]));
    for (let tries = 0; tries < 20; tries++) expect((await ask(service(), OTHER)).status).toBe(200);
    expectTooMany(await ask(service(), OTHER));
    expect((await ask(service(), basic('other', 'wrong'))).status).toBe(401);
  });
});

describe('the limit of failed authentications', () => {
  const service = serviceWith({ THROTTLE_FAILED_AUTHENTICATION_LIMIT: '3', TRUSTED_PROXIES: 'loopback' });

  it('counts the address and the claimed client together', async () => {
    const [here, there] = ['203.0.113.1', '203.0.113.2'];
    for (let tries = 0; tries < 3; tries++) expect((await ask(service(), WRONG, here)).status).toBe(401);
    expectTooMany(await ask(service(), WRONG, here));
    expectTooMany(await ask(service(), GOOD, here)); // or it would tell which guess was right
    expect((await ask(service(), GOOD, there)).status).toBe(200);
    expect((await ask(service(), OTHER, here)).status).toBe(200);
  });

  it('counts over all dialects, and no success', async () => {
    const address = '203.0.113.3';
    for (let tries = 0; tries < 10; tries++) expect((await ask(service(), GOOD, address)).status).toBe(200);
    for (const { dialect, path } of DIALECTS) {
      expect((await ask(service(), WRONG, address, path)).status).toBe(dialect === 'csp' ? 400 : 401);
    }
    for (const { dialect, path } of DIALECTS) expectTooMany(await ask(service(), GOOD, address, path), dialect);
  });

  it('tells exactly as many of 200 parallel guesses that they are wrong as it says', async () => {
    const answers = await flood(service().url + PATH, 200, {
      form: FORM,
      headers: (guess) => ({ ...basic('worker', `guess ${guess}`), 'X-Forwarded-For': '203.0.113.4' }),
    });
    expect(answers.filter(({ status }) => status === 401).length).toBe(3);
  });
});
