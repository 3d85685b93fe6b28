import { randomUUID } from 'node:crypto';
import pg from 'pg';
import type { Changes } from '../../src/database/changes';
import { TEMPLATE } from './global-setup';

interface Server {
  host: string;
  port: number;
  user: string;
  password: string;
}

export interface TestDatabase {
  readonly url: string;
  /** Services of this test process that keep in memory what they read here. */
  readonly keepers: Set<Pick<Changes, 'settled'>>;
  /** Resolves when the keepers know what it changed. */
  query<Row extends pg.QueryResultRow>(sql: string, values?: unknown[]): Promise<Row[]>;
  drop(): Promise<void>;
}

/** A migrated, empty database of the test file's own. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const server = JSON.parse(process.env.TEST_POSTGRES ?? '{}') as Server;
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await once({ ...server, database: 'postgres' }, `CREATE DATABASE ${name} TEMPLATE ${TEMPLATE}`);
  const pool = new pg.Pool({ ...server, database: name, max: 2 });
  pool.on('error', () => undefined); // DROP DATABASE WITH (FORCE) ends idle connections
  const keepers: TestDatabase['keepers'] = new Set();
  return {
    keepers,
    url: `postgres://${server.user}:${encodeURIComponent(server.password)}@/${name}?host=${encodeURIComponent(server.host)}&port=${server.port}`,
    query: async <Row extends pg.QueryResultRow>(sql: string, values: unknown[] = []) => {
      const { rows } = await pool.query<Row>(sql, values);
      await Promise.all([...keepers].map((keeper) => keeper.settled()));
      return rows;
    },
    drop: async () => {
      await pool.end();
      await once({ ...server, database: 'postgres' }, `DROP DATABASE ${name} WITH (FORCE)`);
    },
  };
}

async function once(connection: pg.ClientConfig, sql: string): Promise<void> {
  const client = new pg.Client(connection);
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
