import { boundOf } from './bounds';
import type { Partition, Queries } from './partition';
import type { PartitionScheme } from './partitioned-table';

/** A part of a table that is to be. */
export type NewPartition = Pick<Partition, 'name' | 'from' | 'to'>;

/** For what is earlier than all periods that have a partition. */
export function earlierThan(table: string, to: Date): NewPartition {
  return { name: `${table}_earlier`, from: null, to };
}

/** For what is later than all periods that have a partition. */
export function laterThan(table: string, from: Date): NewPartition {
  return { name: `${table}_later`, from, to: null };
}

export async function makePartition(db: Queries, scheme: PartitionScheme, partition: NewPartition): Promise<void> {
  await db.query(`CREATE TABLE ${partition.name} PARTITION OF ${scheme.table} ${forValues(scheme, partition)}`);
}

/** `FOR VALUES` of a partition, of literals: a bound cannot be a parameter. */
export function forValues({ key }: PartitionScheme, { from, to }: NewPartition): string {
  const lower = from === null ? 'MINVALUE' : `'${boundOf(key, from)}'`;
  const upper = to === null ? 'MAXVALUE' : `'${boundOf(key, to)}'`;
  return `FOR VALUES FROM (${lower}) TO (${upper})`;
}
