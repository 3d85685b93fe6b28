import type { EntityManager } from 'typeorm';
import { momentOf } from './bounds';

/** A part of a partitioned table, as it is in the database. */
export interface Partition {
  readonly table: string;
  readonly name: string;
  /** Null: however early. */
  readonly from: Date | null;
  /** The first moment that is not in it; null: however late. */
  readonly to: Date | null;
  /** An estimate; null as long as nobody has counted. */
  readonly rows: number | null;
}

/** Whatever runs SQL: a transaction or a migration. */
export type Queries = Pick<EntityManager, 'query'>;

/** The bounds as text, then as moments. */
const PARTITIONS = `
  SELECT "table", name, rows, ${momentOf('lower')} AS "from", ${momentOf('upper')} AS "to"
  FROM (
    SELECT parent.relname AS "table", format('%I', part.relname) AS name, NULLIF(part.reltuples, -1)::float8 AS rows,
      (regexp_match(bound, 'FROM \\(''([^'']+)'))[1] AS lower, (regexp_match(bound, 'TO \\(''([^'']+)'))[1] AS upper
    FROM pg_inherits
    JOIN pg_class AS parent ON parent.oid = inhparent AND parent.relkind = 'p'
    JOIN pg_class AS part ON part.oid = inhrelid
    CROSS JOIN pg_get_expr(part.relpartbound, part.oid) AS bound
    WHERE inhparent = ANY ($1::text[]::regclass[])) AS partitions
  ORDER BY "table", "from" NULLS FIRST, "to"`;

/** From the earliest to the last, table by table. */
export function partitionsOf(db: Queries, tables: readonly string[]): Promise<Partition[]> {
  return db.query<Partition[]>(PARTITIONS, [tables]);
}
