import fs from 'node:fs';
import net from 'node:net';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { builtService } from '../harness/built-service';
import { processesOf } from '../harness/processes';
import { removeFolder, scratchFolder } from '../harness/scratch-folder';
import { endServiceProcesses, failedStart, startServiceProcess } from '../harness/service-process';
import { createTestDatabase, type TestDatabase } from '../harness/test-database';
import { askForToken } from '../harness/tokens';

const KEY = 'q3Jx0mRr8sZ1kWc7uYv5tLb2nPd9hFgA4eSoI6iE_xM';
const OTHER_KEY = 'Zz8Yy7Xx6Ww5Vv4Uu3Tt2Ss1Rr0Qq9Pp8Oo7Nn6Mm5Ll';
const STACK = /^\s+at /m;

describe('a start that fails', () => {
  let folder: string;
  let database: TestDatabase;

  beforeAll(async () => void (await builtService()), 120_000);
  beforeEach(async () => {
    folder = scratchFolder();
    database = await createTestDatabase();
  });
  afterEach(async () => {
    await endServiceProcesses();
    await database.drop();
    removeFolder(folder);
  });

  const failedStartWith = (file: string) =>
    failedStart({ cwd: folder, env: { DATABASE_URL: database.url, KEY_ENCRYPTION_KEY: KEY, SEED_FILE: file } });

  const seedFile = (name: string, text: string) => {
    const file = path.join(folder, name);
    fs.writeFileSync(file, text);
    return file;
  };

  it('names a port that is in use, and still tells the secrets that the first start made', async () => {
    const holder = net.createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    const { port } = holder.address() as net.AddressInfo;
    const failed = await failedStart({ cwd: folder, port });
    holder.close();
    expect(failed.code).toBe(1);
    expect(failed.stderr).toContain('address already in use');
    expect(failed.stderr).toContain(`127.0.0.1:${port}`);
    expect(failed.stdout).toMatch(/First administrator: admin, domain platform\n +password \S{20} /);
    const [, secret = ''] = /'demo-client:([A-Za-z0-9_-]{43})'/.exec(failed.stdout) ?? [];

    const deadline = Date.now() + 20_000;
    while (processesOf(path.join(folder, 'data')).length > 0 && Date.now() < deadline) await sleep(50);
    expect(processesOf(path.join(folder, 'data'))).toEqual([]);
    const next = await startServiceProcess({ cwd: folder, port });
    expect((await askForToken(next.url, 'demo-client', secret)).status).toBe(200);
  });

  it('refuses production without a database and a key of its own, in a moment, and makes nothing', async () => {
    const failed = await failedStart({ cwd: folder, env: { NODE_ENV: 'production' } });
    expect(failed).toMatchObject({ code: 1, stdout: '' });
    expect(failed.ms).toBeLessThan(30_000); // it tries nothing first; the machine may be busy
    expect(failed.stderr).toMatch(/^ +- DATABASE_URL: must be set/m);
    expect(failed.stderr).toMatch(/^ +- KEY_ENCRYPTION_KEY: must be set/m);
    expect(failed.stderr).not.toMatch(STACK);
    expect(fs.readdirSync(folder)).toEqual([]);
  });

  it.each([
    [
      'YAML',
      'world.yaml',
      [
        'orgs:',
        '  - id: acme corp-VALUE', // 2: a blank in an id
        '    name: ACME',
        'clients:',
        '  - id: worker',
        '    org: acme',
        '    secret: [VALUE-of-a-secret]', // 7: a list
        '    grantTypes: client_credentials-VALUE', // 8: a text
        '    accessTokenTTL: -17', // 9: not positive
        '    signingAlg: VALUE512', // 10: unknown
        '    redirectUris: ["javascript:VALUE"]', // 11
      ],
      { 2: 'orgs', 7: 'secret', 8: 'grantTypes', 9: 'accessTokenTTL', 10: 'signingAlg', 11: 'redirectUris' },
    ],
    [
      'JSON',
      'world.json',
      [
        '{ "orgs": [{ "id": "acme" }],', // 1: no name
        '  "clients": [',
        '    { "id": "worker", "org": "acme",',
        '      "secret": 17171717,', // 4: a number
        '      "publicClient": "VALUE" }', // 5: a text
        ']}',
      ],
      { 1: 'orgs', 4: 'secret', 5: 'publicClient' },
    ],
  ] as const)('lists every fault of a seed file in %s with its line, and no value', async (_, name, lines, faults) => {
    const file = seedFile(name, lines.join('\n'));
    const failed = await failedStartWith(file);
    expect(failed.code).toBe(1);
    expect(failed.stderr).toContain(file);
    for (const [line, place] of Object.entries(faults)) {
      expect(failed.stderr).toMatch(new RegExp(`^ +- line ${line}: .*${place}`, 'm'));
    }
    expect(failed.stderr + failed.stdout).not.toMatch(/VALUE|corp|17/);
    expect(failed.stderr).not.toMatch(STACK);
    expect(failed.stdout).not.toContain('Swagger UI');
    expect(await database.query('SELECT id FROM orgs UNION ALL SELECT id FROM clients')).toEqual([]);
  });

  it('lists each fault in the syntax of a seed file with its line, and no value', async () => {
    const file = seedFile('world.yaml', 'orgs:\n  - { id: acme, name: "VALUE }\nclients: [\n');
    const failed = await failedStartWith(file);
    expect(failed.code).toBe(1);
    expect(failed.stderr).toMatch(/^ +- line \d+: /m);
    expect(failed.stderr + failed.stdout).not.toContain('VALUE');
    expect(failed.stderr).not.toMatch(STACK);
  });

  it('tells of what stands twice together with faults of another kind', async () => {
    const file = seedFile('world.yaml', 'orgs:\n  - { id: acme, name: [] }\n  - { id: acme, name: ACME }\n');
    const failed = await failedStartWith(file);
    expect(failed.stderr).toMatch(/^ +- line 2: orgs\[0\]\.name: /m);
    expect(failed.stderr).toMatch(/^ +- line 3: orgs\[1\]\.id: stands twice/m);
  });

  it('names a seed file that is not there', async () => {
    const failed = await failedStartWith('nowhere.yaml');
    expect(failed.code).toBe(1);
    expect(failed.stderr).toContain('nowhere.yaml');
    expect(failed.stderr).not.toMatch(STACK);
  });

  it('says that KEY_ENCRYPTION_KEY is not the one of the database, and changes nothing there', async () => {
    const env = { DATABASE_URL: database.url, LOG_LEVEL: 'warn' };
    const first = await startServiceProcess({ cwd: folder, env: { ...env, KEY_ENCRYPTION_KEY: KEY } });
    expect(await first.stop()).toMatchObject({ code: 0 });
    const kept = await database.query('SELECT * FROM signing_keys ORDER BY kid');
    expect(kept.length).toBeGreaterThan(0);

    const failed = await failedStart({ cwd: folder, env: { ...env, KEY_ENCRYPTION_KEY: OTHER_KEY } });
    expect(failed.code).toBe(1);
    expect(failed.stderr).toContain(
      'KEY_ENCRYPTION_KEY (or the key file in DATA_DIR) is not the one that encrypted the keys in this database.',
    );
    expect(failed.stderr + failed.stdout).not.toContain(OTHER_KEY);
    expect(failed.stdout).not.toContain('Swagger UI');
    expect(await database.query('SELECT * FROM signing_keys ORDER BY kid')).toEqual(kept);
  });
});
