import { randomUUID } from 'node:crypto';
import pg from 'pg';
import type { TestDatabase } from './test-database';

/** A database without any table, for the first start of a service. */
export async function createEmptyDatabase(): Promise<TestDatabase> {
  const server = JSON.parse(process.env.TEST_POSTGRES ?? '{}') as pg.ClientConfig & { host: string; port: number };
  const name = `empty_${randomUUID().replaceAll('-', '')}`;
  const administration = new pg.Client({ ...server, database: 'postgres' });
  await administration.connect();
  await administration.query(`CREATE DATABASE ${name}`);
  const pool = new pg.Pool({ ...server, database: name, max: 2 });
  pool.on('error', () => undefined); // DROP DATABASE WITH (FORCE) ends idle connections
  const account = `${server.user}:${encodeURIComponent(String(server.password))}`;
  return {
    keepers: new Set(),
    url: `postgres://${account}@/${name}?host=${encodeURIComponent(server.host)}&port=${server.port}`,
    query: async <Row extends pg.QueryResultRow>(sql: string, values: unknown[] = []) =>
      (await pool.query<Row>(sql, values)).rows,
    drop: async () => {
      await pool.end();
      await administration.query(`DROP DATABASE ${name} WITH (FORCE)`);
      await administration.end();
    },
  };
}
