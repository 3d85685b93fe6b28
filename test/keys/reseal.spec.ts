import fs from 'node:fs';
import path from 'node:path';
import { CompactEncrypt, decodeProtectedHeader } from 'jose';
import { keysCommand } from '../../src/cli/keys.command';
import { KeyEncryption } from '../../src/keys/key-encryption';
import { deriveKey } from '../../src/keys/master-key';
import { keyEvents, lookAgain, publishedLongAgo, rotate } from '../harness/key-worlds';
import { logIn, PEOPLE_WORLD, refresh, refreshTokenOf } from '../harness/people';
import { removeFolder, scratchFolder } from '../harness/scratch-folder';
import { type Service, startService } from '../harness/service';
import { SteadyLoad } from '../harness/steady-load';
import { createTestDatabase, type TestDatabase } from '../harness/test-database';
import { verifyToken } from '../harness/tokens';

const OLD = 'the old key of the tests: never use it elsewhere 0123456789';
const NEW = 'the new key of the tests: never use it elsewhere 0123456789';
const NOT_THE_ONE = /KEY_ENCRYPTION_KEY .* is not the one .* set KEY_DECRYPTION_KEY to the one before/;

jest.setTimeout(180_000);

describe('a change of KEY_ENCRYPTION_KEY', () => {
  let database: TestDatabase;
  let running: Service[] = [];
  let load: SteadyLoad | undefined;

  beforeEach(async () => {
    database = await createTestDatabase();
  });
  afterEach(async () => {
    await load?.stop();
    for (const service of running.splice(0)) await service.stop();
    await database?.drop();
  });

  async function start(env: Record<string, string>, world?: string): Promise<Service> {
    // They look again when the test says so.
    const quiet = { KEYS_REFRESH_SECONDS: '20', ...env };
    const service = await startService({ database, env: quiet, ...(world !== undefined && { world }) });
    running.push(service);
    return service;
  }

  async function stop(service: Service): Promise<void> {
    running = running.filter((one) => one !== service);
    await service.stop();
  }

  it('in four steps over two replicas fails no refresh, no token and no verification', async () => {
    let [one, other] = [
      await start({ KEY_ENCRYPTION_KEY: OLD }, PEOPLE_WORLD),
      await start({ KEY_ENCRYPTION_KEY: OLD }),
    ];
    const live = [one, other];
    const steady = (load = new SteadyLoad(live, await refresher(one)));

    const roll = async (env: Record<string, string>) => {
      for (const index of [0, 1]) {
        const started = await start(env);
        const former = live.splice(index, 1, started);
        [one = started, other = started] = live;
        await steady.settle();
        for (const service of former) await stop(service);
        // Each has to open what the other has sealed.
        for (const by of [one, other, one]) await rotateAtOnce(by, live);
        await steady.settle();
      }
    };
    await roll({ KEY_ENCRYPTION_KEY: OLD, KEY_DECRYPTION_KEY: NEW });
    expect((await sealingKeys()).size).toBe(1);
    await roll({ KEY_ENCRYPTION_KEY: NEW, KEY_DECRYPTION_KEY: OLD });
    const before = await sealingKeys();
    expect(before.size).toBe(2);

    const done = await reseal(one);
    expect(done.resealed).toBeGreaterThan(8);
    expect(done.unchanged).toBeGreaterThan(0);
    expect(await reseal(other)).toEqual({ resealed: 0, unchanged: done.resealed + done.unchanged });
    const [present = ''] = await sealingKeys();
    expect([...before]).toContain(present);
    expect(await sealingKeys()).toEqual(new Set([present]));
    const events = (await keyEvents(one)).filter((event) => event.startsWith('key.reseal'));
    expect(events).toEqual([`key.reseal: ${done.resealed} keys and secrets are sealed under ${present} now`]);

    await roll({ KEY_ENCRYPTION_KEY: NEW });
    await steady.stop();
    expect(steady.failures).toEqual([]);
    expect(steady.tokens.size).toBeGreaterThan(10);
    for (const token of steady.tokens.values()) await verifyToken(other.url, token);
    await expect(startService({ database, env: { KEY_ENCRYPTION_KEY: OLD } })).rejects.toThrow(NOT_THE_ONE);
  });

  it('moves from the key file of a trial run to a configured key', async () => {
    const folder = scratchFolder();
    try {
      const trial = await start({ KEY_ENCRYPTION_KEY: '', DATA_DIR: folder }, PEOPLE_WORLD);
      const token = await refreshTokenOf(trial);
      await stop(trial);
      const file = fs.readFileSync(path.join(folder, 'key-encryption-key'), 'utf8').trim();
      const between = await start({ KEY_ENCRYPTION_KEY: NEW, KEY_DECRYPTION_KEY: file });
      expect(await reseal(between)).toMatchObject({ unchanged: 0 });
      await stop(between);
      const after = await start({ KEY_ENCRYPTION_KEY: NEW });
      expect((await refresh(after, token)).status).toBe(200);
    } finally {
      removeFolder(folder);
    }
  });

  it('does not start a process that lacks the key of a single row, and makes nothing', async () => {
    await stop(await start({ KEY_ENCRYPTION_KEY: OLD }));
    const between = await start({ KEY_ENCRYPTION_KEY: NEW, KEY_DECRYPTION_KEY: OLD });
    await rotateAtOnce(between, [between]);
    await stop(between);
    await database.query(`DELETE FROM signing_keys WHERE alg = 'EdDSA'`);
    const before = await rows();
    for (const key of [OLD, NEW]) {
      await expect(startService({ database, env: { KEY_ENCRYPTION_KEY: key } })).rejects.toThrow(NOT_THE_ONE);
    }
    expect(await rows()).toEqual(before);
  });

  it('reseals all or nothing, also what was sealed by a version that did not name keys', async () => {
    const old = await start({ KEY_ENCRYPTION_KEY: OLD }, PEOPLE_WORLD);
    const unnamed = async (text: string, masterKey: string) =>
      new CompactEncrypt(Buffer.from(text))
        .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
        .encrypt(deriveKey(masterKey, 'key encryption'));
    for (const { id, sealed } of await rows()) {
      await write(id, await unnamed(await old.app.get(KeyEncryption).open(sealed), OLD));
    }
    await stop(old);
    const service = await start({ KEY_ENCRYPTION_KEY: NEW, KEY_DECRYPTION_KEY: OLD });

    const before = await rows();
    const [first = { id: '', sealed: '' }] = before;
    await write(first.id, await unnamed('anything', 'a third key'));
    const broken = await rows();
    await expect(reseal(service)).rejects.toThrow(NOT_THE_ONE);
    expect(await rows()).toEqual(broken);
    await write(first.id, first.sealed);
    expect(await reseal(service)).toEqual({ resealed: before.length, unchanged: 0 });
    expect((await logIn(service)).status).toBe(200);
  });

  /** As two applications do whose users logged in before the change: one keeps its refresh token, one rotates it. */
  async function refresher(service: Service): Promise<(service: Service) => Promise<string>> {
    const kept = await refreshTokenOf(service);
    let rotating = await refreshTokenOf(service, {}, { client: 'roller' });
    return async (asked) => {
      const { status, text } = await refresh(asked, kept);
      if (status !== 200) throw new Error(`${status} ${text}`);
      const { json, text: answer } = await refresh(asked, rotating, {}, { client: 'roller' });
      if (typeof json.refresh_token !== 'string') throw new Error(answer);
      rotating = json.refresh_token;
      return String(json.access_token);
    };
  }

  async function rotateAtOnce(by: Service, all: readonly Service[]): Promise<void> {
    await publishedLongAgo(by);
    await rotate(by, 'ES256');
    await lookAgain(...all);
  }

  async function reseal({ app }: Service): Promise<{ resealed: number; unchanged: number }> {
    const output = jest.spyOn(process.stdout, 'write').mockImplementation(() => true);
    try {
      await keysCommand((work) => work(app)).parseAsync(['reseal', '--json'], { from: 'user' });
      return JSON.parse(String(output.mock.calls[0]?.[0])) as { resealed: number; unchanged: number };
    } finally {
      output.mockRestore();
    }
  }

  function rows(): Promise<{ id: string; sealed: string }[]> {
    return database.query(
      `SELECT kid AS id, sealed_private_jwk AS sealed FROM signing_keys
       UNION ALL SELECT name, sealed FROM service_secrets ORDER BY id`,
    );
  }

  async function write(id: string, sealed: string): Promise<void> {
    await database.query('UPDATE signing_keys SET sealed_private_jwk = $2 WHERE kid = $1', [id, sealed]);
    await database.query('UPDATE service_secrets SET sealed = $2 WHERE name = $1', [id, sealed]);
  }

  /** The ids of the keys under which anything is sealed. */
  async function sealingKeys(): Promise<Set<string>> {
    return new Set((await rows()).map(({ sealed }) => String(decodeProtectedHeader(sealed).kid)));
  }
});
