import { generateKeyPairSync } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type AssertionKeys, assertionKeys } from '../harness/assertions';
import { get } from '../harness/http';
import { answerJson, type KeyServer, startKeyServer } from '../harness/key-server';
import { ask, JWT_BEARER, PEOPLE_WORLD, reasonOf } from '../harness/people';
import { type Service, startService } from '../harness/service';

/** Two seconds for the keys, and as much for the rest as a busy machine may need. */
const PATIENCE_MS = 10_000;

/** Each is an issuer of its own, by the path at which it has its keys. */
const PATHS = ['/keys', '/elsewhere', '/slow', '/drips', '/large', '/no-json', '/broken-point', '/short-rsa', '/none'];

describe('the keys of a trusted issuer, fetched from its jwksUri', () => {
  let service: Service;
  let server: KeyServer;
  let keys: AssertionKeys;

  beforeAll(async () => {
    keys = await assertionKeys();
    const shortRsa = generateKeyPairSync('rsa', { modulusLength: 1_024 }).publicKey.export({ format: 'jwk' });
    server = await startKeyServer({
      '/keys': answerJson({ keys: [keys.publicJwk] }),
      '/guarded': answerJson({ keys: [keys.publicJwk] }),
      '/elsewhere': (_request, response) => void response.writeHead(302, { Location: '/keys' }).end(),
      '/slow': () => undefined,
      '/drips': (_request, response) => {
        const drip = setInterval(() => response.write(' '), 100);
        response.on('close', () => clearInterval(drip));
      },
      '/large': answerJson({ keys: [keys.publicJwk], padding: 'x'.repeat(300 * 1_024) }),
      '/no-json': (_request, response) => void response.end('<html>'),
      '/broken-point': answerJson({ keys: [{ ...keys.publicJwk, x: 'AAAA' }] }),
      '/short-rsa': answerJson({ keys: [{ ...shortRsa, kid: keys.publicJwk.kid }] }),
    });
    const { port } = new URL(server.url);
    const issuers = PATHS.map((path) => ({ path, uri: server.url + path, allow: true })).concat(
      { path: '/literal', uri: `${server.url}/guarded`, allow: false },
      { path: '/name', uri: `http://localhost:${port}/guarded`, allow: false },
      { path: '/mapped', uri: `http://[::ffff:127.0.0.1]:${port}/guarded`, allow: false },
      { path: '/nobody', uri: 'http://127.0.0.1:1/keys', allow: true },
    );
    const lines = issuers.map(
      ({ path, uri, allow }) =>
        `  - { issuer: "${issuerAt(path)}", org: acme, jwksUri: "${uri}", allowPrivateAddress: ${allow} }`,
    );
    service = await startService({ world: `${PEOPLE_WORLD}trustedIssuers:\n${lines.join('\n')}\n` });
  });
  beforeEach(() => void server.asked.splice(0));
  afterAll(async () => {
    await service?.stop();
    await server?.stop();
  });

  const issuerAt = (path: string) => `https://partner.test${path}`;

  const assert = async (path: string, alg = 'ES256') => {
    const assertion = await keys.sign({ iss: issuerAt(path) });
    const [, ...rest] = assertion.split('.');
    const header = Buffer.from(JSON.stringify({ alg, kid: keys.publicJwk.kid })).toString('base64url');
    const form = { grant_type: JWT_BEARER, assertion: alg === 'ES256' ? assertion : [header, ...rest].join('.') };
    return ask(service.url, form);
  };

  it('are taken, and kept for the next assertion', async () => {
    expect((await assert('/keys')).status).toBe(200);
    expect((await assert('/keys')).status).toBe(200);
    expect(server.asked).toEqual(['/keys']);
  });

  it.each(['/literal', '/name', '/mapped'])('are not taken from a private address unless allowed: %s', async (path) => {
    const answer = await assert(path);
    expect(answer).toMatchObject({ status: 400, json: { error: 'invalid_grant' } });
    expect(answer.text).not.toContain('private');
    expect(await reasonOf(service.database, answer)).toContain('private');
    expect(server.asked).toEqual([]);
  });

  it('are not looked for where a redirect leads', async () => {
    const answer = await assert('/elsewhere');
    expect(answer).toMatchObject({ status: 400, json: { error: 'invalid_grant' } });
    expect(server.asked).toEqual(['/elsewhere']);
    expect(await reasonOf(service.database, answer)).toMatch(/200/);
  });

  it.each(['/slow', '/drips'])('are waited for a while only: %s', async (path) => {
    const began = performance.now();
    let waiting = true;
    const pending = Promise.all([assert(path), assert(path)]).finally(() => (waiting = false));
    while (!server.asked.includes(path)) await sleep(10);
    expect((await get(`${service.url}/oauth2/jwks`)).status).toBe(200);
    expect((await assert('/keys')).status).toBe(200);
    expect(waiting).toBe(true);
    for (const answer of await pending) {
      expect(answer).toMatchObject({ status: 400, json: { error: 'invalid_grant' } });
      expect(await reasonOf(service.database, answer)).toMatch(/./);
    }
    expect(performance.now() - began).toBeLessThan(PATIENCE_MS);
  });

  it.each([
    ['/large', 'ES256', /too large/],
    ['/no-json', 'ES256', /JSON/],
    ['/none', 'ES256', /200/],
    ['/nobody', 'ES256', /ECONNREFUSED/],
    ['/broken-point', 'ES256', /./],
    ['/short-rsa', 'RS256', /./],
  ])('that are no use are the fault of the issuer: %s', async (path, alg, reason) => {
    const answer = await assert(path, alg);
    expect(answer).toMatchObject({ status: 400, json: { error: 'invalid_grant' } });
    expect(await reasonOf(service.database, answer)).toMatch(reason);
  });
});
