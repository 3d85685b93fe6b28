import { earlierThan, makePartition } from './make-partition';
import type { Partition, Queries } from './partition';
import type { PartitionedTable } from './partitioned-table';
import type { Range } from './period';

const DAY_MS = 86_400_000;

/** What is to be dropped at once. */
export interface Outdated {
  /** The earliest period. */
  readonly period: Partition & Range;
  /** What is earlier than all periods, if anything has a place there. */
  readonly earlier: Partition | undefined;
}

/** The earliest period, once it has been kept for long enough. */
export function outdated(
  { keepDays }: PartitionedTable,
  partitions: readonly Partition[],
  at: Date,
): Outdated | undefined {
  if (keepDays === undefined) return undefined;
  const period = partitions.find(isPeriod);
  if (period === undefined || period.to.getTime() + keepDays * DAY_MS > at.getTime()) return undefined;
  return { period, earlier: partitions.find(({ from }) => from === null) };
}

/** The first period, if it is yet to come: as a clock leaves it that ran ahead, and was set back. */
export function firstAhead(partitions: readonly Partition[], at: Date): (Partition & Range) | undefined {
  const period = partitions.find(isPeriod);
  return period !== undefined && period.from > at ? period : undefined;
}

/** Drops them, in a transaction of its own: the table is locked until its end. What is earlier has a place again. */
export async function drop(db: Queries, table: PartitionedTable, old: Outdated): Promise<void> {
  await db.query(`DROP TABLE ${namesOf(old).join(', ')}`);
  await makePartition(db, table, earlierThan(table.table, old.period.to));
}

export function namesOf({ period, earlier }: Outdated): string[] {
  return [...(earlier === undefined ? [] : [earlier.name]), period.name];
}

/** Or has it no end? */
export function isPeriod<T extends Pick<Partition, 'from' | 'to'>>(partition: T): partition is T & Range {
  return partition.from !== null && partition.to !== null;
}
