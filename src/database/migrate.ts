import { DataSource, type DataSourceOptions } from 'typeorm';
import { READ_COMMITTED } from './data-source.options';

/** Any fixed number that no other application uses on this database. */
const MIGRATION_LOCK = 726_500_101;

/** Brings the database to the newest schema. Replicas that start together migrate once: the others wait at the lock. */
export async function migrate(options: DataSourceOptions): Promise<void> {
  // Without the limits of serving: a migration may take long.
  const dataSource = await new DataSource(
    Object.assign({}, options, { extra: { options: READ_COMMITTED }, entities: [] }),
  ).initialize();
  try {
    const lockHolder = dataSource.createQueryRunner();
    await lockHolder.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await dataSource.runMigrations();
    await lockHolder.query('SELECT pg_advisory_unlock($1)', [MIGRATION_LOCK]);
    await lockHolder.release();
  } finally {
    await dataSource.destroy();
  }
}
