import { earlierThan, laterThan, makePartition } from './make-partition';
import type { Queries } from './partition';
import type { PartitionScheme } from './partitioned-table';
import { endAhead, partitionName, rangesBetween, startOf } from './period';

/**
 * For migrations: the partitions of a table that has none yet. Before the first and after the last period there is one
 * for all the rest, so that no row is ever refused.
 */
export async function makeFirstPartitions(
  db: Queries,
  /** `since`: the first moment that is to have a partition of its own period; absent: now. */
  { since, ...scheme }: PartitionScheme & { readonly since?: Date | undefined },
): Promise<void> {
  const { table, period, ahead } = scheme;
  const now = await databaseTime(db);
  const first = startOf(period, since !== undefined && since < now ? since : now);
  const end = endAhead(period, ahead, now);
  await makePartition(db, scheme, earlierThan(table, first));
  for (const range of rangesBetween(period, first, end)) {
    await makePartition(db, scheme, { name: partitionName(table, period, range.from), ...range });
  }
  await makePartition(db, scheme, laterThan(table, end));
}

/** The clock that counts: that of a replica may be wrong. */
export async function databaseTime(db: Queries): Promise<Date> {
  const [row] = await db.query<{ now: Date }[]>('SELECT now()');
  if (row === undefined) throw new Error('PostgreSQL did not tell the time.');
  return row.now;
}
