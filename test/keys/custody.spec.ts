import { randomUUID } from 'node:crypto';
import { Module } from '@nestjs/common';
import { decodeProtectedHeader } from 'jose';
import { KeyCustody, type SignBytes } from '../../src/keys/key-custody';
import { KeyRotation } from '../../src/keys/key-rotation';
import { SIGNING_ALGS, type SigningAlg } from '../../src/keys/signing-alg';
import { TokenVerifier } from '../../src/tokens/token-verifier';
import { get } from '../harness/http';
import { keysOf, kidOf, lookAgain, publishedLongAgo, rotate } from '../harness/key-worlds';
import { custodyModule, type Fault, RemoteCustody } from '../harness/remote-custody';
import { type Service, startService } from '../harness/service';
import { SteadyLoad } from '../harness/steady-load';
import { askForToken, publishedKids, verifyToken } from '../harness/tokens';

const WORLD = `
orgs: [{ id: acme, name: ACME }]
clients:
${SIGNING_ALGS.map((alg) => `  - { id: c-${alg}, org: acme, secret: s, grantTypes: [client_credentials], signingAlg: ${alg} }`).join('\n')}
`;

const env = { KEYS_REFRESH_SECONDS: '20' };

jest.setTimeout(60_000);

async function tokenWith(service: Service, alg: SigningAlg): Promise<string> {
  const { status, json, text } = await askForToken(service.url, `c-${alg}`, 's');
  if (status !== 200) throw new Error(`${status} ${text}`);
  return String(json.access_token);
}

/** As one process reaches it. */
class Line extends RemoteCustody {
  isCut = false;

  constructor(private readonly far: RemoteCustody) {
    super();
  }

  override open(alg: SigningAlg, reference: string): Promise<SignBytes> {
    return this.isCut ? Promise.reject(new Error('the line is cut')) : this.far.open(alg, reference);
  }
}

describe('a key custody that an extension provides', () => {
  const custody = new RemoteCustody();
  let one: Service;
  let other: Service;

  beforeAll(async () => {
    const extensions = [custodyModule(custody)];
    one = await startService({ env, world: WORLD, extensions });
    other = await startService({ env, extensions, database: one.database });
  });
  afterAll(async () => {
    await other?.stop();
    await one?.stop();
  });
  afterEach(() => {
    custody.fault = undefined;
    custody.failsToMake = false;
  });

  it('signs with every algorithm through rotations, and the database never has a private key', async () => {
    const algs = [...SIGNING_ALGS];
    let turn = 0;
    const load = new SteadyLoad([one, other], (service) => tokenWith(service, algs[turn++ % algs.length] ?? 'RS256'));
    try {
      for (const by of [one, other]) {
        await publishedLongAgo(one);
        await rotate(by);
        await lookAgain(one, other);
        for (let round = 0; round < algs.length; round++) await load.settle();
      }
    } finally {
      await load.stop();
    }
    expect(load.failures).toEqual([]);
    const signedWith = [...load.tokens.values()].map((token) => decodeProtectedHeader(token).alg);
    for (const alg of algs) expect(signedWith.filter((one) => one === alg).length).toBeGreaterThanOrEqual(2);

    const keys = await one.database.query<{ custody: string; sealed_private_jwk: string }>(
      'SELECT * FROM signing_keys',
    );
    expect(keys).toHaveLength(4 * SIGNING_ALGS.length);
    expect(new Set(keys.map((key) => key.custody))).toEqual(new Set(['remote']));
    expect(new Set(keys.map((key) => key.sealed_private_jwk))).toEqual(new Set(custody.privateKeys.keys()));
    for (const key of custody.privateKeys.values()) {
      expect(JSON.stringify(keys)).not.toContain(key.export({ format: 'jwk' }).d);
    }
  });

  it.each<Fault>(['throws', 'throws at once', 'hangs', 'is empty', 'is of another key'])(
    'that %s means 503 and no token, and then it goes on',
    async (fault) => {
      custody.fault = fault;
      const answers = await Promise.all(SIGNING_ALGS.map((alg) => askForToken(one.url, `c-${alg}`, 's')));
      for (const { status, headers, json, text } of answers) {
        expect(status).toBe(503);
        expect(headers.get('retry-after')).toMatch(/^\d+$/);
        expect(json).toEqual({ error: 'temporarily_unavailable', error_description: expect.any(String) as string });
        expect(text).not.toMatch(/eyJ|remote|line is dead/);
      }
      custody.fault = undefined;
      for (const alg of SIGNING_ALGS) await verifyToken(other.url, await tokenWith(one, alg));
    },
  );

  it('that makes no key, or one that does not sign, stops a rotation and leaves nothing', async () => {
    await publishedLongAgo(one);
    const [before, kept] = [await keysOf(one, 'ES256'), custody.privateKeys.size];
    custody.failsToMake = true;
    await expect(rotate(one, 'ES256')).rejects.toThrow('The key custody remote made no ES256 key: no more keys');
    custody.failsToMake = false;
    custody.fault = 'is of another key';
    await expect(rotate(one, 'ES256')).rejects.toThrow(/did not sign with ES256: its signature does not verify/);
    expect(await keysOf(one, 'ES256')).toEqual(before);
    expect(custody.privateKeys.size).toBe(kept);
  });

  it('keeps no process from verifying that cannot open a new key just now, and signs as soon as it can', async () => {
    const line = new Line(custody);
    const third = await startService({ env, extensions: [custodyModule(line)], database: one.database });
    try {
      await publishedLongAgo(one);
      line.isCut = true;
      await rotate(one, 'RS256');
      const token = await tokenWith(one, 'RS256');
      await lookAgain(third);
      await verifyToken(third.url, token);
      expect(await third.app.get(TokenVerifier).judge(token)).toMatchObject({ token: { clientId: 'c-RS256' } });
      const pem = '/csp/gateway/am/api/auth/token-public-key';
      expect((await get(third.url + pem)).json.value).toBe((await get(one.url + pem)).json.value);
      expect((await askForToken(third.url, 'c-RS256', 's')).status).toBe(503);
      expect((await askForToken(third.url, 'c-ES256', 's')).status).toBe(200);
      line.isCut = false;
      expect(kidOf(await tokenWith(third, 'RS256'))).toBe(kidOf(token));
    } finally {
      await third.stop();
    }
  });

  it('destroys a private key once its time is over, and those that parallel rotations made in vain', async () => {
    await publishedLongAgo(one);
    await Promise.allSettled([one, other, one, other].map((service) => rotate(service, 'ES256')));
    await one.database.query(`UPDATE signing_keys SET retire_at = now() WHERE state = 'retiring'`);
    await one.app.get(KeyRotation).rotateDue({ requestId: randomUUID() });
    expect(custody.privateKeys.size).toBe(2 * SIGNING_ALGS.length);
    await lookAgain(one, other);
    for (const alg of SIGNING_ALGS) await verifyToken(one.url, await tokenWith(other, alg));
  });
});

describe('a key custody without an algorithm', () => {
  it('takes over from the database by rotations; a client with that algorithm is refused', async () => {
    const before = await startService({ env, world: WORLD });
    const custody = new RemoteCustody(['RS256', 'ES256', 'PS256']);
    const extensions = [custodyModule(custody)];
    const after = await startService({ env, extensions, database: before.database });
    try {
      const [rsa, edwards] = [await tokenWith(before, 'RS256'), await tokenWith(before, 'EdDSA')];
      expect(kidOf(await tokenWith(after, 'RS256'))).toBe(kidOf(rsa));
      const refused = await askForToken(after.url, 'c-EdDSA', 's');
      expect(refused).toMatchObject({ status: 400, json: { error: 'unauthorized_client' } });
      const discovery = await get(`${after.url}/.well-known/openid-configuration`);
      expect(discovery.json.id_token_signing_alg_values_supported).toEqual(custody.algs);
      await expect(rotate(after, 'EdDSA')).rejects.toThrow('The key custody remote makes no EdDSA keys.');

      for (let turn = 0; turn < 2; turn++) {
        await publishedLongAgo(after);
        await rotate(after);
      }
      const kept = await after.database.query<{ alg: string; custody: string; state: string }>(
        `SELECT DISTINCT alg, state, custody FROM signing_keys WHERE state <> 'retiring'`,
      );
      expect(kept).toHaveLength(6);
      for (const key of kept)
        expect(key).toMatchObject({ custody: 'remote', alg: expect.not.stringMatching('EdDSA') as string });
      for (const token of [rsa, edwards]) await verifyToken(after.url, token);
      const next = Object.values(await keysOf(after, 'ES256'));
      expect(await publishedKids(after.url)).toEqual(expect.arrayContaining(next));
      await verifyToken(after.url, await tokenWith(after, 'ES256'));

      await expect(startService({ env, database: before.database })).rejects.toThrow(
        /key .* is in the key custody remote, which no extension provides/,
      );
    } finally {
      await after.stop();
      await before.stop();
    }
  });

  it.each([
    ['there are two', [new RemoteCustody(), new RemoteCustody()], /Two extensions provide a KeyCustody/],
    ['it has no RS256', [new RemoteCustody(['ES256'])], /remote has no RS256/],
    [
      'it makes no keys',
      [Object.assign(new RemoteCustody(), { failsToMake: true })],
      /made no RS256 key: no more keys/,
    ],
    ['its name is ours', [Object.assign(new RemoteCustody(), { name: 'database' })], /is not "database"/],
  ])('stops the start when %s', async (_why, custodies, message) => {
    const extensions = custodies.map((custody) => custodyModule(custody));
    await expect(startService({ env, extensions })).rejects.toThrow(message);
  });

  it('stops the start when it is no KeyCustody', async () => {
    @Module({ providers: [{ provide: KeyCustody, useValue: { name: 'remote', algs: SIGNING_ALGS } }] })
    class Careless {}
    await expect(startService({ env, extensions: [Careless] })).rejects.toThrow(/does not extend it/);
  });
});
