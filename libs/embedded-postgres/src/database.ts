import pg from 'pg';
import type { EmbeddedPostgresConnection } from './contract';

export async function ensureDatabase(connection: EmbeddedPostgresConnection): Promise<void> {
  // `ssl` is said, as PGSSLMODE in the environment is about some other server.
  const admin = new pg.Client({ ...connection, database: 'postgres', ssl: false });
  // A server that dies under an idle client is told by `exited`; without a listener the event would end the process.
  admin.on('error', () => undefined);
  await admin.connect();
  try {
    const found = await admin.query('select 1 from pg_database where datname = $1', [connection.database]);
    if (found.rowCount === 0) await admin.query(`create database ${admin.escapeIdentifier(connection.database)}`);
  } finally {
    await admin.end();
  }
}
