import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { readWorld } from '../../src/seed/read-world';
import { WorldSeeder } from '../../src/seed/world-seeder';
import { builtService } from '../harness/built-service';
import { PEOPLE_WORLD, refresh, refreshTokenOf } from '../harness/people';
import { removeFolder, scratchFolder } from '../harness/scratch-folder';
import { type Service, startService } from '../harness/service';
import { createTestDatabase, type TestDatabase } from '../harness/test-database';
import { askForToken } from '../harness/tokens';

// Each command is a process that starts the whole service.
jest.setTimeout(120_000);

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

describe('the gatehouse command', () => {
  let database: TestDatabase;
  let service: Service;
  let main: string;

  beforeAll(async () => {
    main = path.join(path.dirname(await builtService()), 'cli/main.js');
    database = await createTestDatabase();
    service = await startService({ database });
  }, 120_000);
  afterAll(async () => {
    await service?.stop();
    await database?.drop();
  });

  const settings = () => ({
    PATH: process.env.PATH,
    NODE_ENV: 'test',
    DEMO: 'false',
    DATABASE_URL: database.url,
    KEY_ENCRYPTION_KEY: 'the key of the tests: never use it elsewhere 0123456789',
    ISSUER: 'https://id.test',
  });

  interface Around {
    readonly cwd?: string;
    readonly env?: Record<string, string>;
    /** Ends it as soon as it says that. */
    readonly until?: RegExp;
  }

  async function gatehouse(args: string[], input = '', { cwd, env, until }: Around = {}): Promise<Ended> {
    const child = spawn(process.execPath, [main, ...args], { cwd, env: { ...settings(), ...env } });
    child.stdin.end(input);
    child.stderr.on('data', (said: Buffer) => until?.test(said.toString()) === true && child.kill());
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
    return { code: child.exitCode, stdout, stderr };
  }

  const json = (ended: Ended): Record<string, unknown> => {
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    return JSON.parse(ended.stdout) as Record<string, unknown>;
  };

  it('makes an org, a user and a client that gets tokens, and rotates its secret', async () => {
    json(await gatehouse(['orgs', 'create', 'acme', '--name', 'ACME', '--json']));
    const grant = ['--grant', 'client_credentials', '--scope', 'openid'];
    const client = json(await gatehouse(['clients', 'create', 'job', '--org', 'acme', ...grant, '--json']));
    expect((await askForToken(service.url, 'job', String(client.secret))).status).toBe(200);
    const rotated = json(await gatehouse(['clients', 'rotate-secret', 'job', '--org', 'acme', '--json']));
    for (const secret of [client.secret, rotated.secret]) {
      expect((await askForToken(service.url, 'job', String(secret))).status).toBe(200);
    }
    const update = ['clients', 'update', 'job', '--org', 'acme', '--from', '-', '--json'];
    expect(json(await gatehouse(update, '{"disabled":true}'))).toMatchObject({ disabled: true });
    expect((await askForToken(service.url, 'job', String(rotated.secret))).status).toBe(401);
  }, 60_000);

  it('lists logins, ends one, and revokes tokens', async () => {
    await service.app.get(WorldSeeder).apply(readWorld(PEOPLE_WORLD, 'world'), 'world', { update: true });
    const [one, two] = [await refreshTokenOf(service), await refreshTokenOf(service)];
    const list = ['logins', 'list', '--org', 'acme', '--user', 'u-ada', '--client', 'portal'];
    const { stdout } = await gatehouse([...list, '--json']);
    const logins = stdout.trimEnd().split('\n');
    expect(logins).toHaveLength(2);
    const { id } = JSON.parse(logins[0] ?? '') as { id: string };
    const ended = { code: 0, stdout: `Login ${id} has ended.\n`, stderr: '' };
    expect(await gatehouse(['logins', 'end', id, '--org', 'acme'])).toEqual(ended);
    expect((await gatehouse(list)).stdout).toMatch(
      /^id +userId +username +domain +clientId +actor +parentId .*\n\S+ +u-ada +ada +acme.example +portal +null +null .*\n$/,
    );
    const nobody = await gatehouse(['logins', 'list', '--org', 'acme', '--user', 'ada']);
    expect(nobody).toEqual({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/^ada is no member of acme: /) as string,
    });
    const revoke = ['tokens', 'revoke', '--org', 'acme'];
    expect(json(await gatehouse([...revoke, '--client', 'portal', '--json']))).toEqual({ logins: 1, apiTokens: 0 });
    for (const token of [one, two]) expect((await refresh(service, token)).status).toBe(400);
    for (const whose of [[], ['--all', '--user', 'u-ada']]) {
      const refused = { code: 1, stdout: '', stderr: 'Say whose: --user, --client or both, or else --all.\n' };
      expect(await gatehouse([...revoke, ...whose])).toEqual(refused);
    }
  }, 60_000);

  it('names every fault, and ends with 1', async () => {
    const ended = await gatehouse(['orgs', 'create', 'a b', '--name', '']);
    expect(ended).toMatchObject({ code: 1, stdout: '' });
    expect(ended.stderr).toMatch(/^invalid_request: .*name: .*id: /);
    const unstorable = await gatehouse(
      ['clients', 'create', 'nul', '--org', 'platform', '--from', '-'],
      '{"displayName":"\\u0000"}',
    );
    expect(unstorable).toMatchObject({ code: 1, stdout: '' });
    expect(unstorable.stderr).toMatch(/^invalid_request: The standard input .*NUL/);
  });

  it('ends at once when it has said why it cannot start', async () => {
    const env = { ...settings(), KEY_ENCRYPTION_KEY: 'another key than that of the tests 0123456789' };
    const child = spawn(process.execPath, [main, 'keys', 'list'], { env });
    const [said] = (await once(child.stderr, 'data')) as [Buffer];
    expect(said.toString()).toContain('KEY_ENCRYPTION_KEY');
    const saidAt = performance.now();
    expect(await once(child, 'close')).toEqual([1, null]);
    expect(performance.now() - saidAt).toBeLessThan(5_000); // an idle pool would keep it for ten seconds
  });

  it('makes no database where there is none, unless it is asked for one', async () => {
    const folder = scratchFolder();
    const ended = await gatehouse(['orgs', 'list'], '', { cwd: folder, env: { DATABASE_URL: '' } });
    const left = fs.readdirSync(folder);
    removeFolder(folder);
    expect(ended).toEqual({
      ...{ code: 1, stdout: '' },
      stderr: `There is no database in ${folder}/data: set DATABASE_URL or DATA_DIR as the service has them.\n`,
    });
    expect(left).toEqual([]);
  });

  it('says in a line why the database does not let it in', async () => {
    const url = database.url.replace(/\/test_\w+/, '/nowhere');
    const ended = await gatehouse(['orgs', 'list'], '', { env: { DATABASE_URL: url } });
    expect(ended).toEqual({
      ...{ code: 1, stdout: '' },
      stderr: 'The database refuses DATABASE_URL: database "nowhere" does not exist\n',
    });
  });

  it('says that it waits for a database that is away', async () => {
    const env = { DATABASE_URL: 'postgres://gatehouse:secret-word@127.0.0.1:1/gatehouse' };
    const { stdout, stderr } = await gatehouse(['orgs', 'list'], '', { env, until: /Waiting for it/ });
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^The database cannot be reached .*ECONNREFUSED.*\nWaiting for it, .*\n$/);
    expect(stderr).not.toContain('secret-word');
  });

  it('restores an administrator, whose password is shown once', async () => {
    const restored = json(await gatehouse(['administrator', 'restore', '--username', 'root', '--json']));
    expect(restored).toEqual({ domain: 'platform', username: 'root', password: expect.any(String) as string });
    const again = json(await gatehouse(['administrator', 'restore', '--username', 'root', '--json']));
    expect(again.password).not.toBe(restored.password);
    const users = await gatehouse(['users', 'list', '--org', 'platform']);
    expect(users.stdout).toMatch(/^id +domain +username .*\n(.*\n)?.*platform +root /);
  });

  it('tells who changed something', async () => {
    const events = await database.query<{ actor: string }>(
      "SELECT actor FROM audit_events WHERE action = 'org.create' AND org_id = 'acme'",
    );
    expect(events).toEqual([{ actor: expect.stringMatching(/^command line of /) as string }]);
  });

  it.each([['--help'], ['orgs', '--help'], ['clients', 'create', '--help']])(
    'explains itself: %s %s %s',
    async (...args) => {
      const { code, stdout } = await gatehouse(args);
      expect(code).toBe(0);
      expect(stdout).toContain('Usage: gatehouse');
    },
  );
});
