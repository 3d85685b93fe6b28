import { createEmptyDatabase } from '../harness/empty-database';
import { removeFolder, scratchFolder } from '../harness/scratch-folder';
import { builtService } from '../harness/built-service';
import { endServiceProcesses, type ServiceProcess, startServiceProcess } from '../harness/service-process';
import type { TestDatabase } from '../harness/test-database';
import { MIGRATIONS } from '../../src/database/migrations';
import { SIGNING_ALGS } from '../../src/keys/signing-alg';
import { askForToken, publishedKids, verifyToken } from '../harness/tokens';

describe('two processes started at the same moment on one empty database', () => {
  let folder: string;
  let database: TestDatabase;
  let services: [ServiceProcess, ServiceProcess];

  beforeAll(async () => {
    folder = scratchFolder();
    database = await createEmptyDatabase();
    await builtService();
    // The key of the first start lies in DATA_DIR, ./data, which both share: they race for that one, too.
    const start = () => startServiceProcess({ cwd: folder, env: { DATABASE_URL: database.url } });
    services = await Promise.all([start(), start()]);
  }, 120_000);
  afterAll(async () => {
    await endServiceProcesses();
    await database?.drop();
    removeFolder(folder);
  });

  it('migrate once', async () => {
    const [count] = await database.query<{ count: number }>('SELECT count(*)::int FROM migrations');
    expect(count).toEqual({ count: MIGRATIONS.length });
    for (const { stderr, complaints } of services)
      expect({ stderr, complaints }).toEqual({ stderr: '', complaints: [] });
  });

  it('make one set of keys, with which each verifies what the other signs', async () => {
    const [one, other] = services;
    const kids = await publishedKids(one.url);
    expect(kids).toHaveLength(2 * SIGNING_ALGS.length); // one that signs, and the next
    expect(await publishedKids(other.url)).toEqual(kids);
    for (const [signer, verifier] of [
      [one, other],
      [other, one],
    ] as const) {
      const answer = await askForToken(signer.url, 'demo-client', toldSecrets()[0] ?? '');
      expect(answer.status).toBe(200);
      await expect(verifyToken(verifier.url, String(answer.json.access_token))).resolves.toBeDefined();
    }
  });

  it('make one administrator and one demonstration client, told by the process that made them', async () => {
    expect(await database.query(`SELECT username, domain FROM users WHERE domain = 'platform'`)).toEqual([
      { username: 'admin', domain: 'platform' },
    ]);
    expect(await database.query('SELECT client_id FROM client_secrets ORDER BY client_id')).toEqual([
      { client_id: 'demo-client' },
      { client_id: 'demo-service' },
    ]);
    expect(services.filter(({ stdout }) => /password \S{20} /.test(stdout))).toHaveLength(1);
    expect(toldSecrets()).toHaveLength(1);
  });

  function toldSecrets(): string[] {
    const told = services.flatMap(({ stdout }) => stdout.match(/(?<='demo-client:)[A-Za-z0-9_-]{43}(?=')/g) ?? []);
    return [...new Set(told)];
  }
});
