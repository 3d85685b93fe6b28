import net from 'node:net';
import { expectErrorShape } from '../harness/error-shape';
import { type Answer, basic, post } from '../harness/http';
import { talk } from '../harness/raw-http';
import { type Service, startService } from '../harness/service';

const WORLD = `
orgs:
  - { id: acme, name: ACME }
clients:
  - { id: worker, org: acme, secret: worker-secret, grantTypes: [client_credentials] }
`;

const CLIENT = basic('worker', 'worker-secret');
const FORM = 'grant_type=client_credentials';
const LINE = 'POST /oauth2/token HTTP/1.1\r\n';
const HOST = 'Host: id.test\r\n';
const GOOD = `GET /oauth2/jwks HTTP/1.1\r\n${HOST}\r\n`;
const START = `${LINE}${HOST}Content-Type: application/x-www-form-urlencoded\r\n`;

const AUTHORIZED = `Authorization: ${CLIENT.Authorization}\r\n`;

const NO_HTTP: [what: string, bytes: string | Uint8Array, status: number][] = [
  ['a Content-Length and chunks', `${START}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`, 400],
  ['chunks and a Content-Length', `${START}Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n`, 400],
  ['two Content-Lengths', `${START}Content-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef`, 400],
  ['a Content-Length that is no number', `${START}Content-Length: five\r\n\r\nabcde`, 400],
  ['a negative Content-Length', `${START}Content-Length: -1\r\n\r\n`, 400],
  ['an unknown Transfer-Encoding', `${START}Transfer-Encoding: chunked, x\r\n\r\n0\r\n\r\n`, 400],
  ['a chunk without a length', `${START}Transfer-Encoding: chunked\r\n\r\nZZ\r\n`, 400],
  ['a header without a colon', `${START}Nonsense\r\n\r\n`, 400],
  ['a space before the colon', `${START}Content-Length : 5\r\n\r\nabcde`, 400],
  ['NUL in a header', `${START}X-Nul: a\0b\r\n\r\n`, 400],
  ['no Host', `${LINE}Content-Length: 0\r\n\r\n`, 400],
  ['two Hosts', `${LINE}${HOST}${HOST}Content-Length: 0\r\n\r\n`, 400],
  ['a Host that is none', `${LINE}Host: a b@/\r\nContent-Length: 0\r\n\r\n`, 400],
  ['a Host with a user', `${LINE}Host: ada@id.test\r\nContent-Length: 0\r\n\r\n`, 400],
  ['two Authorizations', `${START}${AUTHORIZED}${AUTHORIZED}Content-Length: ${FORM.length}\r\n\r\n${FORM}`, 400],
  ['headers of more than 16 kB', `${START}X-Long: ${'x'.repeat(17_000)}\r\n\r\n`, 431],
  ['a URL of more than 16 kB', `GET /${'x'.repeat(17_000)} HTTP/1.1\r\n${HOST}\r\n`, 431],
  ['10,000 headers', `${START}${'a:b\r\n'.repeat(10_000)}\r\n`, 431],
  ['a made-up method', `STEAL /oauth2/token HTTP/1.1\r\n${HOST}\r\n`, 400],
  ['a made-up version', `POST /oauth2/token HTTP/9.9\r\n${HOST}\r\n`, 400],
  ['the start of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400],
  ['the start of TLS', Buffer.from('1603010200010001fc0303', 'hex'), 400],
  ['garbage', 'hello?\r\n\r\n', 400],
];

describe('what is no proper HTTP', () => {
  let service: Service;

  beforeAll(async () => {
    service = await startService({ world: WORLD });
  });
  afterAll(() => service?.stop());

  afterEach(async () => {
    const good = await post(`${service.url}/oauth2/token`, { form: FORM, headers: CLIENT });
    expect(good.status).toBe(200);
  });

  async function answerTo(
    bytes: string | Uint8Array,
    how: { halfClose?: boolean; after?: string } = {},
  ): Promise<Answer> {
    const answer = await talk(service.url, bytes, how);
    if (answer === undefined) throw new Error('The connection was closed without an answer.');
    return answer;
  }

  it.each(NO_HTTP)('is refused in JSON: %s', async (_, bytes, status) => {
    const answer = await answerTo(bytes);
    expect(answer.status).toBe(status);
    expectErrorShape(answer, 'oauth');
  });

  it.each(NO_HTTP)('is refused in JSON also by a connection that has had an answer: %s', async (_, bytes, status) => {
    const answer = await answerTo(bytes, { after: GOOD });
    expect(answer.status).toBe(status);
    expectErrorShape(answer, 'oauth');
  });

  it.each([
    ['half of the headers', `${START}Content-Le`],
    ['half of the body', `${START}Content-Length: 100\r\n\r\n${FORM}`],
    ['half of a chunk', `${START}Transfer-Encoding: chunked\r\n\r\n64\r\n${FORM}`],
  ])('is refused in JSON: %s, when the connection ends there', async (_, bytes) => {
    const answer = await answerTo(bytes, { halfClose: true });
    expect(answer.status).toBe(400);
    expectErrorShape(answer, 'oauth');
  });

  it('is cut off: what is sent half and then no further', async () => {
    const server = service.app.getHttpServer();
    expect(server.headersTimeout).toBeLessThanOrEqual(10_000);
    expect(server.requestTimeout).toBeLessThanOrEqual(15_000);
    Object.assign(server, { headersTimeout: 300, requestTimeout: 500 }); // the same code, without the wait
    const halves = [
      LINE,
      `${START}Content-Le`,
      `${START}Content-Length: 100\r\n\r\n${FORM}`,
      `${START}Transfer-Encoding: chunked\r\n\r\n64\r\n${FORM}`,
    ];
    const answers = await Promise.all(halves.flatMap((half) => [answerTo(half), answerTo(half, { after: GOOD })]));
    for (const answer of answers) {
      expect(answer.status).toBe(408);
      expectErrorShape(answer, 'oauth');
    }
    const csp = START.replace('/oauth2/token', '/csp/gateway/am/api/auth/token');
    const inDialect = await answerTo(`${csp}X-Request-Id: slow\r\nContent-Length: 100\r\n\r\n${FORM}`);
    expect(inDialect).toMatchObject({ status: 408, json: { requestId: 'slow' } });
    expectErrorShape(inDialect, 'csp');
  });

  it('lets what was asked before have its answer first', async () => {
    const answers = await allAnswers(`${GOOD}${GOOD}${START}Nonsense\r\n\r\n`);
    expect(answers).toEqual(['200', '200', '400']);
  });

  it('gives nothing more to a request that has its answer already', async () => {
    const half = `${START.replace('/oauth2/token', '/%00')}Content-Length: 100\r\n\r\n${FORM}`;
    Object.assign(service.app.getHttpServer(), { headersTimeout: 300, requestTimeout: 500 });
    expect(await allAnswers(half)).toEqual(['404']);
  });

  /** The status of each answer until the server closes. */
  function allAnswers(bytes: string): Promise<string[]> {
    return new Promise((resolve, reject) => {
      const { hostname, port } = new URL(service.url);
      const socket = net.connect(Number(port), hostname);
      let text = '';
      socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      socket
        .on('error', reject)
        .on('close', () => resolve([...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status = '']) => status)));
      socket.write(bytes);
    });
  }

  it.each(['id.test', 'ID.test:8443', '[::1]:80', '127.0.0.1:3000', 'a_b.test', 'id.test:', ''])(
    'is taken: the Host "%s"',
    async (host) => {
      const answer = await answerTo(`GET /oauth2/jwks HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
      expect(answer.status).toBe(200);
    },
  );

  // RFC 9112 section 3.2.2: a server must accept the form that is meant for proxies.
  it('is taken: a whole URL as the target', async () => {
    const request = `POST http://id.test/oauth2/token HTTP/1.1\r\n${START.slice(LINE.length)}`;
    const credentials = `Authorization: ${CLIENT.Authorization}\r\nContent-Length: ${FORM.length}\r\n\r\n`;
    expect((await answerTo(`${request}${credentials}${FORM}`)).status).toBe(200);
  });

  it.each([
    ['a whole URL without credentials', 'POST http://id.test/oauth2/token', 'oauth', [401]],
    ['the same in another dialect', 'POST http://id.test/csp/gateway/am/api/auth/token', 'csp', [400]],
    ['a whole URL where nothing is', 'GET http://id.test/nothing', 'oauth', [404]],
    ['a whole URL with another method', 'GET http://id.test/oauth2/token', 'oauth', [405]],
    ['a target that is no path', 'OPTIONS *', 'oauth', [400, 404, 405]],
  ] as const)('is refused in JSON: %s', async (_, target, dialect, statuses) => {
    const answer = await answerTo(`${target} HTTP/1.1\r\n${HOST}Content-Length: 0\r\n\r\n`);
    expect(statuses).toContain(answer.status);
    expectErrorShape(answer, dialect);
  });

  it('is refused in JSON: an expectation that nobody can meet', async () => {
    const answer = await answerTo(`${START}Expect: a-miracle\r\nContent-Length: 0\r\n\r\n`);
    expect(answer.status).toBeLessThan(500);
    expectErrorShape(answer, 'oauth');
  });
});
