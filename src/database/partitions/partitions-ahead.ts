import { boundOf } from './bounds';
import { forValues, laterThan, makePartition, type NewPartition } from './make-partition';
import type { Partition, Queries } from './partition';
import type { PartitionScheme } from './partitioned-table';
import { endAhead, endOf, partitionName, rangesBetween } from './period';

/** What is to become of the last partition, which has no end: it keeps a part of its range, others take the rest. */
export interface Cut {
  readonly last: Partition;
  readonly kept: NewPartition;
  readonly made: readonly NewPartition[];
}

/**
 * The cut that a table needs so that its periods have partitions as far ahead as it asks for; undefined: it has them.
 * What was missed while nobody looked is one partition together with the present period: the last partition itself
 * becomes it, since it has the rows.
 */
export function cutFor(scheme: PartitionScheme, partitions: readonly Partition[], at: Date): Cut | undefined {
  const { table, period, ahead } = scheme;
  const last = partitions.find(({ to }) => to === null);
  const end = endAhead(period, ahead, at);
  if (last?.from == null || last.from >= end) return undefined;
  const named = (from: Date, to: Date) => ({ name: partitionName(table, period, from), from, to });
  const after = (from: Date) => rangesBetween(period, from, end).map((range) => named(range.from, range.to));
  const later = laterThan(table, end);
  if (last.from > at) return { last, kept: later, made: after(last.from) };
  const missed = named(last.from, endOf(period, at));
  return { last, kept: missed, made: [...after(missed.to), later] };
}

/**
 * Carries a cut out, in a transaction of its own. The table is locked meanwhile, so this must be short: the rows that
 * have to move are those of what expires later than the periods that were ahead, as a rule none.
 */
export async function carryOut(db: Queries, scheme: PartitionScheme, { last, kept, made }: Cut): Promise<void> {
  const { table, key, column } = scheme;
  await db.query(`ALTER TABLE ${table} DETACH PARTITION ${last.name}`);
  if (kept.name !== last.name) await db.query(`ALTER TABLE ${last.name} RENAME TO ${kept.name}`);
  for (const partition of made) await makePartition(db, scheme, partition);
  const others = [
    ...(kept.from === null ? [] : [`${column} < '${boundOf(key, kept.from)}'`]),
    ...(kept.to === null ? [] : [`${column} >= '${boundOf(key, kept.to)}'`]),
  ];
  await db.query(`WITH moved AS (DELETE FROM ${kept.name} WHERE ${others.join(' OR ')} RETURNING *)
    INSERT INTO ${table} SELECT * FROM moved`);
  await db.query(`ALTER TABLE ${table} ATTACH PARTITION ${kept.name} ${forValues(scheme, kept)}`);
}
