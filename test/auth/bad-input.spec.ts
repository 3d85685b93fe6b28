import { gzipSync } from 'node:zlib';
import { DIALECTS } from '../harness/dialects';
import { errorName, expectCallerError } from '../harness/error-shape';
import { request } from '../harness/flood';
import { type Answer, basic, get, post, send } from '../harness/http';
import { type Service, startService } from '../harness/service';

const WORLD = `
orgs:
  - { id: acme, name: ACME }
clients:
  - { id: worker, org: acme, secret: worker-secret, grantTypes: [client_credentials] }
`;

const CLIENT = basic('worker', 'worker-secret');
const FORM = 'application/x-www-form-urlencoded';
const GRANT = 'grant_type=client_credentials';
const MEBIBYTE = 1_048_576;

/** With good credentials, and mostly in a parameter that nobody reads: nothing but its form can be what is refused. */
const BAD_FORMS: [what: string, body: string | Uint8Array, status: number][] = [
  ['a repeated parameter', `${GRANT}&x=a&x=a`, 400],
  ['a repeated parameter, once without a value', `${GRANT}&x=a&x=`, 400],
  ['a repeated grant_type', `${GRANT}&${GRANT}`, 400],
  ['a repeated scope', `${GRANT}&scope=a&scope=b`, 400],
  ['a name that some make an object of', `${GRANT}&scope[b]=c`, 400],
  ['a name that some make an array of', `${GRANT}&scope[]=c`, 400],
  ['encoded brackets', `${GRANT}&scope%5B0%5D=c`, 400],
  ['__proto__', `${GRANT}&__proto__=x`, 400],
  ['__proto__ as an object', `${GRANT}&__proto__[admin]=x`, 400],
  ['constructor', `${GRANT}&constructor=x`, 400],
  ['toString', `${GRANT}&toString=x`, 400],
  ['a name that is empty', `${GRANT}&=x`, 400],
  ['NUL in a value', `${GRANT}&x=a%00b`, 400],
  ['NUL in a name', `${GRANT}&x%00y=z`, 400],
  ['NUL in the client id', `${GRANT}&client_id=work%00er`, 400],
  ['%FF', `${GRANT}&x=%FF`, 400],
  ['%ZZ', `${GRANT}&x=%ZZ`, 400],
  ['a percent sign at the end', `${GRANT}&x=%`, 400],
  ['malformed encoding in a name', `${GRANT}&%FF=x`, 400],
  ['an encoded lone surrogate', `${GRANT}&x=%ED%A0%80`, 400],
  ['an overlong encoding', `${GRANT}&x=%C0%AF`, 400],
  ['bytes that are no UTF-8', Buffer.concat([Buffer.from(`${GRANT}&x=`), Buffer.from([0xff, 0xfe])]), 400],
  ['UTF-16', Buffer.from(GRANT, 'utf16le'), 400],
  ['10,000 parameters', `${GRANT}${Array.from({ length: 10_000 }, (_, index) => `&${index}`).join('')}`, 413],
  ['10,000 times the same parameter', `${GRANT}${'&a'.repeat(10_000)}`, 413],
  ['65 parameters', `${GRANT}${Array.from({ length: 64 }, (_, index) => `&x${index}=1`).join('')}`, 413],
  ['an unknown grant_type', 'grant_type=urn:test:no-such-grant', 400],
  ['a grant_type of 50,000 characters', `grant_type=${'x'.repeat(50_000)}`, 400],
  ['a grant_type that an object would have', 'grant_type=constructor', 400],
  ['no grant_type', 'scope=openid', 400],
  ['an empty grant_type', 'grant_type=', 400],
  ['nothing', '', 400],
  ['&&&', '&&&', 400],
];

const WRONG_TYPES: [what: string, headers: Record<string, string>, body: string | Uint8Array][] = [
  ['text/plain', { 'Content-Type': 'text/plain' }, GRANT],
  ['application/json', { 'Content-Type': 'application/json' }, '{"grant_type":"client_credentials"}'],
  ['multipart', { 'Content-Type': 'multipart/form-data; boundary=x' }, '--x--'],
  ['no type at all', {}, Buffer.from(GRANT)],
  ['a type that is none', { 'Content-Type': ';;;' }, GRANT],
  ['a longer type', { 'Content-Type': `${FORM}-2` }, GRANT],
  ['Latin-1', { 'Content-Type': `${FORM}; charset=iso-8859-1` }, GRANT],
  ['UTF-16', { 'Content-Type': `${FORM}; charset="utf-16"` }, Buffer.from(GRANT, 'utf16le')],
  ['gzip', { 'Content-Type': FORM, 'Content-Encoding': 'gzip' }, gzipSync(GRANT)],
  ['a gzip bomb', { 'Content-Type': FORM, 'Content-Encoding': 'gzip' }, gzipSync(Buffer.alloc(50 * MEBIBYTE))],
  ['an encoding that is none', { 'Content-Type': FORM, 'Content-Encoding': 'x' }, GRANT],
];

describe('bad input', () => {
  let service: Service;

  beforeAll(async () => {
    service = await startService({ world: WORLD });
  });
  afterAll(() => service?.stop());

  afterEach(async () => {
    const good = await post(`${service.url}/oauth2/token`, { form: GRANT, headers: CLIENT });
    expect(good.status).toBe(200);
  });

  describe.each(DIALECTS)('$dialect', ({ dialect, path }) => {
    it.each(BAD_FORMS)('is refused: %s', async (_, body, status) => {
      const headers = { 'Content-Type': FORM, ...CLIENT };
      const answer = await send(service.url + path, { method: 'POST', headers, body });
      expectCallerError(answer, dialect);
      expect(answer.status).toBe(status);
    });

    it.each(WRONG_TYPES)('is refused: a body of %s', async (_, headers, body) => {
      const answer = await send(service.url + path, { method: 'POST', headers: { ...headers, ...CLIENT }, body });
      expectCallerError(answer, dialect);
      expect(answer.status).toBe(415);
    });

    it.each(['UTF-8', '"utf-8"'])('is not: a form in %s', async (charset) => {
      const headers = { ...CLIENT, 'Content-Type': `${FORM.toUpperCase()}; charset=${charset}` };
      expect((await post(service.url + path, { form: GRANT, headers })).status).toBe(200);
    });

    it.each([
      ['an unknown grant_type', { grant_type: 'urn:test:no-such-grant' }, 'unsupported_grant_type'],
      ['no grant_type', { scope: '' }, 'invalid_request'],
    ])('is told apart: %s', async (_, form, error) => {
      expect(errorName(await post(service.url + path, { form, headers: CLIENT }), dialect)).toBe(error);
    });

    it.each([
      ['1 MiB', 1],
      ['20 MB', 20],
    ])('is refused: a body of %s', async (_, mebibytes) => {
      const body = Buffer.alloc(mebibytes * MEBIBYTE, 'a');
      const headers = { 'Content-Type': FORM, ...CLIENT };
      const announced = { ...headers, 'Content-Length': String(body.length) };
      const chunked = { ...headers, 'Transfer-Encoding': 'chunked' };
      for (const form of [announced, chunked]) {
        const answer = await request(service.url + path, body, { method: 'POST', headers: form });
        expectCallerError(answer, dialect);
        expect(answer.status).toBe(413);
      }
    });

    it.each(['GET', 'PUT', 'PATCH', 'DELETE'])('is refused: the method %s', async (method) => {
      const answer = await send(service.url + path, { method });
      expectCallerError(answer, dialect);
      expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST']);
    });

    it.each(['GET', 'POST'])('is nowhere: the path in other letter case, with %s', async (method) => {
      const answer = await send(service.url + path.toUpperCase(), { method });
      expect(answer.status).toBe(404);
    });

    it.each(['/nothing', '/%FF', '/..%2f', '/%00', '//', '/;a=b?c[d]=%ZZ'])('is refused: the path %s', async (end) => {
      const answer = await get(service.url + path + end);
      expectCallerError(answer, dialect);
      expect(answer.status).toBe(404);
    });

    it.each(['a', 'A.b_c-9', '-', 'x'.repeat(128)])('is answered under the request id %s', async (id) => {
      const headers = { 'X-Request-Id': id };
      const answers = [
        await post(service.url + path, { form: GRANT, headers: { ...headers, ...CLIENT } }),
        await post(service.url + path, { headers }),
        await get(service.url + path, headers),
        await get(`${service.url}${path}/nothing`, headers),
      ];
      expect(answers.map((answer) => answer.headers.get('x-request-id'))).toEqual([id, id, id, id]);
    });

    it.each(['', 'x'.repeat(129), 'a b', 'a/b', 'a,b', '<script>', 'é', '${jndi:x}'])(
      'is answered under a new request id instead of "%s"',
      async (id) => {
        const answer = await post(service.url + path, { headers: { 'X-Request-Id': id } });
        expectCallerError(answer, dialect);
        expect(answer.headers.get('x-request-id')).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
      },
    );
  });

  it('costs neither memory nor other callers much', async () => {
    const attack = (): Promise<Answer[]> =>
      Promise.all(
        DIALECTS.flatMap(({ path }) =>
          BAD_FORMS.map(([, body]) =>
            send(service.url + path, { method: 'POST', headers: { 'Content-Type': FORM, ...CLIENT }, body }),
          ),
        ),
      );
    await attack(); // warm: code and pools are there to stay
    const before = process.memoryUsage();
    for (let round = 0; round < 3; round++) {
      const [good, bad] = await Promise.all([
        post(`${service.url}/oauth2/token`, { form: GRANT, headers: CLIENT }),
        attack(),
      ]);
      expect(good.status).toBe(200);
      expect(Math.max(...bad.map(({ status }) => status))).toBeLessThan(500);
    }
    const after = process.memoryUsage();
    expect(after.heapUsed - before.heapUsed).toBeLessThan(100 * MEBIBYTE);
    expect(after.external - before.external).toBeLessThan(100 * MEBIBYTE);
  });
});
