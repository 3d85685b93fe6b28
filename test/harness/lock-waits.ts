import { setTimeout as sleep } from 'node:timers/promises';
import type { TestDatabase } from './test-database';

const PATIENCE_MS = 20_000;

/** Until so many sessions of the database wait for a lock that somebody else holds. */
export async function untilSomebodyWaits(database: TestDatabase, sessions = 1): Promise<void> {
  const waiting = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
  for (
    const end = performance.now() + PATIENCE_MS;
    (await database.query(waiting)).length < sessions;
    await sleep(20)
  ) {
    if (performance.now() > end) throw new Error(`There are not ${sessions} sessions that wait for a lock.`);
  }
}
