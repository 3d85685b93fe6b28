import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { startEmbeddedPostgres } from '@gatehouse/embedded-postgres';
import pg from 'pg';

export interface BenchPostgres {
  /** For the services' files, too; removed in the end. */
  readonly folder: string;
  /** A new database, without any table: its URL. */
  create(name: string): Promise<string>;
  /** The transactions, so far, that dropped tables, of databases that log their statements: milliseconds. */
  drops(): number[];
  stop(): Promise<void>;
}

/** A PostgreSQL for this run. It waits for the disk at each commit, as one that serves does. */
export async function startPostgres(): Promise<BenchPostgres> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'gatehouse-bench-'));
  fs.chmodSync(folder, 0o755); // as root, PostgreSQL runs as another user, who must get in
  const lines: string[] = [];
  const server = await startEmbeddedPostgres({
    dataDir: path.join(folder, 'postgres'),
    database: 'bench',
    onLog: (line) => lines.push(line),
    settings: { log_line_prefix: '%p ', shared_buffers: '512MB', max_wal_size: '4GB' },
  });
  const { connection } = server;
  const { host, port, user, password } = connection;
  return {
    folder,
    create: async (name) => {
      await withDatabase(connection, (client) => client.query(`CREATE DATABASE "${name}"`));
      return `postgres://${user}:${encodeURIComponent(password)}@/${name}?host=${encodeURIComponent(host)}&port=${port}`;
    },
    drops: () => dropsIn(lines),
    stop: async () => {
      await server.stop();
      fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

export async function withDatabase<T>(at: pg.ClientConfig, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client(at);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** PostgreSQL deletes the files at the commit. */
function dropsIn(lines: readonly string[]): number[] {
  const open = new Map<string, number>();
  const drops: number[] = [];
  for (const line of lines) {
    const [, pid = '', ms, sql = ''] =
      /^(\d+) LOG: {2}duration: ([\d.]+) ms {2}(?:statement|execute [^:]*): (.*)/.exec(line) ?? [];
    const before = open.get(pid);
    if (sql.startsWith('DROP TABLE')) open.set(pid, (before ?? 0) + Number(ms));
    if (sql !== 'COMMIT' || before === undefined) continue;
    drops.push(before + Number(ms));
    open.delete(pid);
  }
  return drops;
}
