import type { EntityManager } from 'typeorm';
import { EVENT_DIGEST } from './event-digests';

/** What one statement can go through while the table is locked. Only a wrong clock leaves more: then these first ones. */
const MOST_LEFT = 20_000;

/**
 * What a drop leaves of the events that its seals cover: those of a later time. No seal can be verified any more of which
 * an event is gone, so the drop itself says what they are.
 */
export interface LeftEvents {
  readonly events: number;
  /** The id of the first; null: none is left. */
  readonly first: string | null;
  /** In hex; an erasure does not change it. */
  readonly digest: string;
}

const LEFT = `
  SELECT count(*)::int AS events, min(id) AS first,
    encode(sha256(COALESCE(string_agg(digest, '' ORDER BY id), '')), 'hex') AS digest
  FROM (SELECT id, ${EVENT_DIGEST} AS digest FROM audit_events
        WHERE id <= $1 AND at >= $2::timestamptz ORDER BY id LIMIT ${MOST_LEFT}) AS event`;

/**
 * @param lastEvent of the last seal that the drop names
 * @param from the first moment that stays; absent: whatever is there
 */
export async function leftEvents(
  db: Pick<EntityManager, 'query'>,
  lastEvent: string,
  from?: Date,
): Promise<LeftEvents> {
  const [left] = await db.query<LeftEvents[]>(LEFT, [lastEvent, from ?? '-infinity']);
  if (left === undefined) throw new Error('PostgreSQL did not count the events.');
  return left;
}

export function areSame(one: LeftEvents, other: LeftEvents): boolean {
  return one.events === other.events && one.first === other.first && one.digest === other.digest;
}
