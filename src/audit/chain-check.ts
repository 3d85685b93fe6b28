import { LARGEST_SEAL } from './audit-sealer';
import { EVENT_DIGEST, LAWFUL, sealHash } from './event-digests';

/** What one statement looks at: it has seconds. */
const PAGE = { seals: 1_000, events: 20_000 } as const;

/** A link of the chain. */
export interface Link {
  readonly id: string;
  /** In hex. */
  readonly hash: string;
  readonly lastEvent: string;
}

export type Fault = 'missing' | 'unlinked' | 'rehashed' | 'count' | 'changed' | 'unlawful';

/** A link as it is stored, and what its events say to it. */
export interface CheckedLink extends Link {
  readonly firstEvent: string;
  /** How many events the seal covers by its own account. */
  readonly sealed: number;
  readonly found: number;
  /** Events that name an erased person. */
  readonly erased: number;
  /** The event that is to blame if one is. */
  readonly event: string | null;
  readonly fault: Fault | null;
}

/**
 * A page of the chain: what follows the seal $1 with the last event $2 and the hash $3 (hex). However far a seal claims to
 * reach, few of its events are looked at. Events before $4 may name an erased person whose erasure was dropped.
 */
export const CHECK = `
  SELECT seal.id, seal.last_event AS "lastEvent", encode(seal.hash, 'hex') AS hash, seal.events AS sealed,
    GREATEST(seal.after, 0) + 1 AS "firstEvent", found.events AS found, found.erased,
    CASE WHEN NOT found.last AND found.events < seal.events THEN seal.last_event
         WHEN seal.events = 1 AND found.events = 1 AND seal.hash IS DISTINCT FROM computed.hash THEN seal.last_event
         ELSE found.unlawful END AS event,
    CASE WHEN seal.id <> seal.id_before + 1 THEN 'missing'
         WHEN seal.prev IS DISTINCT FROM seal.hash_before THEN 'unlinked'
         WHEN seal.events IS DISTINCT FROM found.events THEN 'count'
         WHEN seal.hash IS DISTINCT FROM computed.hash AND computed.hash = seal.prev_after THEN 'rehashed'
         WHEN seal.hash IS DISTINCT FROM computed.hash THEN 'changed'
         WHEN found.unlawful IS NOT NULL THEN 'unlawful' END AS fault
  FROM (
    SELECT *, lag(id, 1, $1::bigint) OVER chain AS id_before, lag(last_event, 1, $2::bigint) OVER chain AS after,
      lag(hash, 1, decode($3, 'hex')) OVER chain AS hash_before, lead(prev) OVER chain AS prev_after,
      sum(LEAST(events, ${LARGEST_SEAL})) OVER chain AS so_far
    FROM (SELECT * FROM audit_seals WHERE id > $1 ORDER BY id LIMIT ${PAGE.seals}) AS page
    WINDOW chain AS (ORDER BY id)) AS seal
  CROSS JOIN LATERAL (
    SELECT count(*)::int AS events, COALESCE(string_agg(digest, '' ORDER BY id), '') AS digests,
      count(*) FILTER (WHERE erased)::int AS erased, COALESCE(bool_or(id = seal.last_event), FALSE) AS last,
      min(id) FILTER (WHERE NOT lawful) AS unlawful
    FROM (SELECT id, ${EVENT_DIGEST} AS digest, (${LAWFUL} OR at < $4::timestamptz) AS lawful, personal_digest IS NOT NULL AS erased
          FROM audit_events WHERE id > seal.after AND id <= seal.last_event
          ORDER BY id LIMIT ${LARGEST_SEAL + 1}) AS event) AS found
  CROSS JOIN LATERAL (SELECT ${sealHash('seal', 'found.digests')} AS hash) AS computed
  WHERE seal.so_far <= ${PAGE.events} ORDER BY seal.id`;
