import type { Period } from './period';

/** What a partition key holds: a moment, or an id whose first 48 bits are milliseconds since 1970, as of UUIDv7. */
export type PartitionKey = 'timestamptz' | 'uuid';

/** How a table is cut by time (`PARTITION BY RANGE`). */
export interface PartitionScheme {
  readonly table: string;
  /** The column by which it is cut. */
  readonly column: string;
  readonly key: PartitionKey;
  readonly period: Period;
  /** Periods after the present one that have their partition already. */
  readonly ahead: number;
}

/** Declared by the module that owns the table; src/retention keeps its partitions. */
export interface PartitionedTable extends PartitionScheme {
  /** How long a partition is kept after the end of its period; undefined: for ever. */
  readonly keepDays: number | undefined;
}
