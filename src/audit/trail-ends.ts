import type { EntityManager } from 'typeorm';
import type { BrokenLink } from './broken-link';
import type { Link } from './chain-check';

/** Sealing takes seconds, and longer only where a transaction is open. */
const LONG_UNSEALED = '5 minutes';

/** What lies outside of the chain, and tells whether all of it, or its beginning, is gone. */
export interface TrailEnds {
  /** The first event that is there. */
  readonly first: string | null;
  /** Was an id ever given out? */
  readonly numbered: boolean;
  /** Since when the first event after the chain has waited, if for long. */
  readonly waiting: Date | null;
}

const ENDS = `
  SELECT (SELECT min(id) FROM audit_events) AS first, (SELECT is_called FROM audit_events_id_seq) AS numbered,
    (SELECT CASE WHEN at < now() - interval '${LONG_UNSEALED}' THEN at END
     FROM audit_events WHERE id > $1 ORDER BY id LIMIT 1) AS waiting`;

/** @param last of the chain */
export async function trailEnds(db: Pick<EntityManager, 'query'>, last: Link): Promise<TrailEnds> {
  const [ends] = await db.query<TrailEnds[]>(ENDS, [last.lastEvent]);
  if (ends === undefined) throw new Error('PostgreSQL did not tell of the events.');
  return ends;
}

/**
 * Is the whole trail gone? The first ids are those of the first keys, without which no process of the service starts:
 * their events are committed with them. And a drop is an event itself.
 */
export function isEmptied({ first, numbered }: TrailEnds): boolean {
  return first === null && numbered;
}

export function emptied(): BrokenLink {
  const fault = 'No event is there, although ids of events were given out.';
  return { intact: false, seal: '1', events: null, event: null, fault };
}

/**
 * What may have a harmless cause; undefined: nothing.
 * @param whole whether the chain was to begin with the first event
 */
export function warningOf({ first, waiting }: TrailEnds, whole: boolean): string | undefined {
  const warnings = [
    ...(whole && first !== null && BigInt(first) > 1n
      ? [`The first event is ${first}: those before it failed, or were deleted.`]
      : []),
    ...(waiting === null
      ? []
      : [
          `No seal was made since ${waiting.toISOString()}: nobody seals, or a transaction is open, or seals were deleted.`,
        ]),
  ];
  return warnings.length === 0 ? undefined : warnings.join(' ');
}
