import { type ChildProcess, execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { transformFileSync } from '@swc/core';
import pg from 'pg';
import { type EmbeddedPostgresHandle, type EmbeddedPostgresOptions, startEmbeddedPostgres } from '.';
import { commandOf } from './process-command';

jest.setTimeout(60_000);

let folder: string;
let children: ChildProcess[];
let handles: EmbeddedPostgresHandle[];

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'embedded-postgres-'));
  // As root, PostgreSQL runs as another user, who must be able to enter.
  fs.chmodSync(folder, 0o755);
  children = [];
  handles = [];
});

afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  await Promise.all(handles.map((handle) => handle.stop()));
  fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

const dataDir = () => path.join(folder, 'data');

async function start(options: Partial<EmbeddedPostgresOptions> = {}): Promise<EmbeddedPostgresHandle> {
  const handle = await startEmbeddedPostgres({ dataDir: dataDir(), database: 'things', ephemeral: true, ...options });
  handles.push(handle);
  return handle;
}

async function query(handle: EmbeddedPostgresHandle, sql: string): Promise<unknown[]> {
  const client = new pg.Client(handle.connection);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

async function within(ms: number, condition: () => boolean): Promise<boolean> {
  const end = Date.now() + ms;
  while (!condition() && Date.now() < end) await sleep(5);
  return condition();
}

async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('No TCP port was assigned');
  return address.port;
}

const isGone = (pid: number) => commandOf(pid) === undefined;
const drafts = () => fs.readdirSync(folder).filter((name) => name.startsWith('data.initdb-'));

/** A Node process of its own, which says the server's process id when it has started it. It runs the library as plain JavaScript. */
function forkApplication(): ChildProcess {
  const library = path.join(folder, 'library');
  fs.mkdirSync(library);
  for (const name of fs.readdirSync(__dirname).filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'))) {
    const { code } = transformFileSync(path.join(__dirname, name), {
      swcrc: false,
      module: { type: 'commonjs' },
      jsc: { target: 'es2023', parser: { syntax: 'typescript' } },
    });
    fs.writeFileSync(path.join(library, name.replace(/\.ts$/, '.js')), code);
  }
  const script = path.join(folder, 'application.js');
  fs.writeFileSync(
    script,
    `require('./library').startEmbeddedPostgres({ dataDir: process.argv[2], database: 'things', ephemeral: true })
       .then((handle) => { process.send(handle.pid); setInterval(() => {}, 1000); });`,
  );
  const child = fork(script, [dataDir()], {
    env: { ...process.env, NODE_PATH: path.resolve(__dirname, '../../../node_modules') },
    execArgv: [],
  });
  children.push(child);
  return child;
}

function serverPidFrom(application: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    application.once('message', (pid) => {
      if (typeof pid === 'number') resolve(pid);
      else reject(new Error('The application said no process id'));
    });
  });
}

async function kill9(application: ChildProcess): Promise<void> {
  application.kill('SIGKILL');
  await once(application, 'exit');
}

describe('startEmbeddedPostgres', () => {
  it('answers queries and keeps data and password between starts', async () => {
    const first = await start();
    expect(await query(first, 'select 1 as one')).toEqual([{ one: 1 }]);
    await query(first, 'create table kept as select 42 as answer');
    await first.stop();
    expect(isGone(first.pid)).toBe(true);
    await expect(first.exited).resolves.toEqual({ code: 0, expected: true });

    const second = await start();
    expect(second.connection).toEqual(first.connection);
    expect(await query(second, 'select answer from kept')).toEqual([{ answer: 42 }]);
  });

  it('listens on the port that is asked for, with a password, and again after a stop', async () => {
    const port = await freePort();
    const first = await start({ port });
    expect(first.connection).toMatchObject({ host: '127.0.0.1', port });
    await first.stop();
    const again = await start({ port });
    expect(again.connection).toEqual(first.connection);
    expect(await query(again, 'select inet_server_port() as port')).toEqual([{ port }]);
    const stranger = new pg.Client({ ...again.connection, password: 'wrong' });
    await expect(stranger.connect()).rejects.toThrow('password authentication failed');
  });

  it('says what PostgreSQL said when it does not start', async () => {
    await expect(start({ settings: { max_connections: 'many' } })).rejects.toThrow(/max_connections/);
  });

  it('tells of the end of a server that was killed, and starts again', async () => {
    const killed = await start();
    process.kill(killed.pid, 'SIGKILL');
    await expect(killed.exited).resolves.toEqual({ code: 128 + 9, expected: false });
    await expect(killed.stop()).resolves.toBeUndefined();
    expect(await query(await start(), 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('stops PostgreSQL when its application gets kill -9, and starts again on the folder', async () => {
    const application = forkApplication();
    const pid = await serverPidFrom(application);
    await kill9(application);
    const killed = Date.now();
    expect(await query(await start(), 'select 1 as one')).toEqual([{ one: 1 }]);
    expect(isGone(pid)).toBe(true);
    expect(Date.now() - killed).toBeLessThan(20_000); // most of it for a machine that does other things as well
  });

  it('refuses a folder in use, and leaves its server alone', async () => {
    const owner = await start();
    await expect(start()).rejects.toThrow(`is in use by another running instance (PostgreSQL process ${owner.pid})`);
    expect(await query(owner, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('lets one of two first starts at the same time have the folder', async () => {
    const results = await Promise.allSettled([start(), start()]);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const refused = results.find((result) => result.status === 'rejected');
    expect(String(refused?.reason)).toMatch(/is in use/);
    expect(drafts()).toEqual([]);
  });

  it('survives lock files whose process id has passed to another process', async () => {
    const first = await start();
    const socketLock = path.join(first.connection.host, '.s.PGSQL.5432.lock');
    const locks = [path.join(dataDir(), 'postmaster.pid'), socketLock].map((file) => ({
      file,
      text: fs.readFileSync(file, 'utf8'),
    }));
    await first.stop();
    // PostgreSQL would take any process for its predecessor that its own account may signal.
    const owner = fs.statSync(dataDir());
    const stranger = execFile('sleep', ['60'], { uid: owner.uid, gid: owner.gid });
    children.push(stranger);
    for (const { file, text } of locks) fs.writeFileSync(file, text.replace(/^\d+/, String(stranger.pid)));

    expect(await query(await start(), 'select 1 as one')).toEqual([{ one: 1 }]);
    expect(stranger.exitCode).toBeNull();
  });

  it('survives a first start that was killed half way', async () => {
    const application = forkApplication();
    expect(await within(20_000, () => drafts().length > 0)).toBe(true);
    await kill9(application);
    expect(fs.existsSync(dataDir())).toBe(false);
    expect(drafts()).toHaveLength(1);

    expect(await query(await start(), 'select 1 as one')).toEqual([{ one: 1 }]);
    expect(drafts()).toEqual([]);
  });

  it('leaves a folder alone that holds something else', async () => {
    fs.mkdirSync(dataDir());
    fs.writeFileSync(path.join(dataDir(), 'diary.txt'), 'Dear diary');
    await expect(start()).rejects.toThrow('is neither empty nor a PostgreSQL data folder');
    expect(fs.readdirSync(dataDir())).toEqual(['diary.txt']);
  });
});
