import type { PartitionKey } from './partitioned-table';

/** Milliseconds that 48 bits can hold. */
const LAST_MOMENT = 2 ** 48 - 1;

/**
 * The lowest value of a key at a moment: what is of that moment or later is not below it.
 * @throws {RangeError} for a moment that a uuid cannot hold
 */
export function boundOf(key: PartitionKey, at: Date): string {
  if (key === 'timestamptz') return at.toISOString();
  const ms = at.getTime();
  if (!(ms >= 0 && ms <= LAST_MOMENT)) throw new RangeError(`No uuid can hold the time ${ms}.`);
  const hex = ms.toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`;
}

/**
 * SQL of the moment of a bound, whose text is in the expression `bound` as `pg_get_expr` writes it; NULL of no bound.
 * PostgreSQL reads it back itself: how it writes times depends on the session.
 */
export function momentOf(bound: string): string {
  return `CASE WHEN ${bound} ~ '^[0-9a-f]{8}-[0-9a-f]{4}-'
    THEN to_timestamp(('x' || left(replace(${bound}, '-', ''), 12))::bit(48)::bigint / 1000.0)
    ELSE ${bound}::timestamptz END`;
}
