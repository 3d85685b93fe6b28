import type { Queries } from './partition';

/** Longer than PostgreSQL's deadlock_timeout (1 s): only after that it ends an autovacuum that somebody waits for. */
const PATIENTLY = "SET LOCAL lock_timeout = '2s'";

/**
 * Whoever waits for the lock of a table stops all that come after it. Shorter than deadlock_timeout: in a deadlock it is
 * never a request that loses.
 */
const BRIEFLY = "SET LOCAL lock_timeout = '500ms'";

const REFERRED_TO = `
  SELECT DISTINCT confrelid::regclass::text AS name FROM pg_constraint WHERE conrelid = $1::regclass AND contype = 'f'`;

/**
 * Locks a table before some of its partitions are dropped, detached or attached, until the end of the transaction. What a
 * vacuum may be at comes first: that takes long, so it is waited for with a lock in the way of vacuums, and of no request.
 * The other partitions are left alone.
 */
export async function lockForChange(db: Queries, table: string, partitions: readonly string[]): Promise<void> {
  const referredTo = await db.query<{ name: string }[]>(REFERRED_TO, [table]);
  await db.query(PATIENTLY);
  for (const name of [...partitions, ...referredTo.map(({ name }) => name)])
    await db.query(`LOCK TABLE ONLY ${name} IN SHARE UPDATE EXCLUSIVE MODE`);
  await db.query(BRIEFLY);
  await db.query(`LOCK TABLE ONLY ${table} IN ACCESS EXCLUSIVE MODE`);
}
