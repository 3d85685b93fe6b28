import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import type { JWK } from 'jose';
import { KeyEncryption } from '../../src/keys/key-encryption';
import { KeyRing } from '../../src/keys/key-ring';
import { SigningKeyStore } from '../../src/keys/signing-key.store';
import { SIGNING_ALGS } from '../../src/keys/signing-alg';
import { keysCommand } from '../../src/cli/keys.command';
import { DIALECTS } from '../harness/dialects';
import { get } from '../harness/http';
import {
  keyEvents,
  keysOf,
  KEY_WORLD,
  kidOf,
  lookAgain,
  publishedLongAgo,
  rotate,
  tokenOf,
} from '../harness/key-worlds';
import { type Service, startService } from '../harness/service';
import { askForToken, JWKS_PATHS } from '../harness/tokens';

/** Half of what the tests say the next key is published for. */
const CACHED = 'public, max-age=20';

interface Jwks {
  keys: { kid: string; alg: string }[];
}

describe('the key set', () => {
  let service: Service;

  beforeAll(async () => {
    service = await startService({ env: { KEYS_REFRESH_SECONDS: '1', KEY_PUBLISH_SECONDS: '41' }, world: KEY_WORLD });
  });
  afterAll(() => service?.stop());

  async function keySet(): Promise<Jwks['keys']> {
    return (JSON.parse((await get(service.url + JWKS_PATHS.oauth)).text) as Jwks).keys;
  }

  it('has for each algorithm the key that signs, first, and the next one', async () => {
    const algs = (await keySet()).map(({ alg }) => alg);
    expect(algs).toEqual([...SIGNING_ALGS, ...SIGNING_ALGS]);
    expect((await keySet())[0]?.kid).toBe(kidOf(await tokenOf(service)));
    expect(await keyEvents(service)).toHaveLength(2 * SIGNING_ALGS.length);
  });

  it.each(DIALECTS.map(({ dialect }) => dialect))('is not sent again to a %s caller that has it', async (dialect) => {
    const url = service.url + JWKS_PATHS[dialect];
    const first = await get(url);
    const etag = String(first.headers.get('etag'));
    expect(etag).toMatch(/^"[\w-]{43}"$/);
    expect(first.headers.get('cache-control')).toBe(CACHED);
    for (const held of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const again = await get(url, { 'If-None-Match': held });
      expect(again).toMatchObject({ status: 304, text: '' });
      expect(again.headers.get('etag')).toBe(etag);
      expect(again.headers.get('cache-control')).toBe(CACHED);
      expect(again.headers.get('content-length')).toBeNull();
    }
    expect(await get(url, { 'If-None-Match': '"other"' })).toMatchObject({ status: 200, text: first.text });
  });

  it.each(['/SAAS/API/1.0/REST/auth/token?attribute=publicKey', '/csp/gateway/am/api/auth/token-public-key'])(
    'is asked for each time where it is one PEM, which changes without notice: %s',
    async (path) => {
      const first = await get(service.url + path);
      expect(first.headers.get('cache-control')).toBe('no-cache');
      const again = await get(service.url + path, { 'If-None-Match': String(first.headers.get('etag')) });
      expect(again).toMatchObject({ status: 304, text: '' });
      expect(again.headers.get('cache-control')).toBe('no-cache');
      expect(await get(service.url + path, { 'If-None-Match': '"other"' })).toMatchObject({ text: first.text });
    },
  );

  it('has another entity tag after a rotation, and the PEM is that of the new key', async () => {
    const pemPath = `${service.url}/SAAS/API/1.0/REST/auth/token?attribute=publicKey&format=pem`;
    const [before, pem] = [await get(service.url + JWKS_PATHS.oauth), await get(pemPath)];
    await publishedLongAgo(service);
    await rotate(service);
    await lookAgain(service);
    const etag = String(before.headers.get('etag'));
    const after = await get(service.url + JWKS_PATHS.oauth, { 'If-None-Match': etag });
    expect(after.status).toBe(200);
    expect(after.headers.get('etag')).not.toBe(etag);
    expect((await keySet()).length).toBe(3 * SIGNING_ALGS.length);
    expect((await get(pemPath)).text).not.toBe(pem.text);
    const held = { 'If-None-Match': String(pem.headers.get('etag')) };
    expect((await get(pemPath, held)).status).toBe(200);
  });

  it('shows no private half, and neither does the database', async () => {
    const rows = await service.database.query<{ alg: string; sealed_private_jwk: string }>(
      'SELECT * FROM signing_keys',
    );
    const sealedRsa = rows.find(({ alg }) => alg === 'RS256')?.sealed_private_jwk ?? '';
    const privateJwk = JSON.parse(await service.app.get(KeyEncryption).open(sealedRsa)) as JWK;
    const { d = '', p = '' } = privateJwk;
    const events = await service.database.query('SELECT * FROM audit_events');
    const everything = JSON.stringify([rows, events, await keySet()]);
    for (const secret of [d, p]) {
      expect(secret.length).toBeGreaterThan(100);
      expect(everything).not.toContain(secret);
    }
    for (const { sealed_private_jwk: sealed } of rows) {
      const [header = ''] = sealed.split('.');
      expect(JSON.parse(Buffer.from(header, 'base64url').toString())).toEqual({
        alg: 'dir',
        enc: 'A256GCM',
        kid: expect.stringMatching(/^[\w-]{22}$/) as string,
      });
    }
    for (const jwk of await keySet()) expect(jwk).not.toHaveProperty('d');
  });

  it.each([
    ['is set back', -3_600_000, 31_000],
    ['has stood still with the machine', 31_000, 0],
  ])('is not believed for longer when a clock %s', async (_what, byDate, byClock) => {
    const ring = service.app.get(KeyRing);
    await ring.refresh();
    const [dateNow, clockNow] = [Date.now(), performance.now()];
    const states = jest.spyOn(service.app.get(SigningKeyStore), 'states');
    const clocks = [
      jest.spyOn(Date, 'now').mockReturnValue(dateNow + byDate),
      jest.spyOn(performance, 'now').mockReturnValue(clockNow + byClock),
    ];
    try {
      const signing = ring.signingKey('ES256');
      const read = states.mock.calls.length;
      await signing;
      expect(read).toBe(1);
    } finally {
      for (const spy of [states, ...clocks]) spy.mockRestore();
      await ring.refresh();
    }
  });

  it('stays as it is while it cannot be read, with one warning', async () => {
    const warn = jest.spyOn(Logger.prototype, 'warn');
    const before = await keySet();
    await service.database.query('ALTER TABLE signing_keys RENAME TO away');
    const look = jest.spyOn(service.app.get(KeyRing), 'look');
    while (look.mock.calls.length < 3) await sleep(50);
    await Promise.all(look.mock.results.map(({ value }) => value as Promise<void>));
    expect((await askForToken(service.url, 'rsa', 's')).status).toBe(200);
    expect(await keySet()).toEqual(before);
    const warnings = warn.mock.calls.filter(([message]) => /signing keys cannot be read/.test(String(message)));
    expect(warnings).toHaveLength(1);
    await service.database.query('ALTER TABLE away RENAME TO signing_keys');
    await lookAgain(service);
    jest.restoreAllMocks();
  });

  it('is listed and rotated on the command line', async () => {
    await publishedLongAgo(service);
    const before = await keysOf(service, 'ES256');
    const output = jest.spyOn(process.stdout, 'write').mockImplementation(() => true);
    const run = (...words: string[]) => keysCommand((work) => work(service.app)).parseAsync(words, { from: 'user' });
    const printed = () => output.mock.calls.map(([text]) => String(text)).join('');
    try {
      await run('rotate', '--alg', 'ES256', '--json');
      expect(JSON.parse(printed())).toMatchObject({
        alg: 'ES256',
        active: before.next,
        retiring: { kid: before.active },
      });
      await expect(run('rotate', '--alg', 'ES256')).rejects.toMatchObject({ code: 'conflict' });
      output.mockClear();
      await run('list');
      const lines = printed().trimEnd().split('\n');
      expect(lines[0]).toMatch(/^alg +state +kid +createdAt +activeSince +retireAt$/);
      expect(lines.filter((line) => /^ES256 +(active|next|retiring) /.test(line)).length).toBeGreaterThan(2);
      expect(printed()).not.toContain('eyJ'); // a private half, sealed
    } finally {
      output.mockRestore();
    }
    expect(await keyEvents(service)).toContainEqual(expect.stringMatching(/^key.rotate: ES256/));
  });
});
