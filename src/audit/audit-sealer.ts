import { setTimeout as sleep } from 'node:timers/promises';
import { type BeforeApplicationShutdown, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { isServiceAway } from '../errors/service-away';
import { EVENT_DIGEST, sealHash } from './event-digests';

const SEAL_EVERY_MS = 1_000;

/** How long one turn lasts at most, for the sake of the connection that it holds. */
const TURN_MS = 1_000;

/** Events of one seal at most: the fewer, the closer a broken link is named. */
export const LARGEST_SEAL = 500;

/** Before the first seal. */
export const NO_SEAL = { id: '0', lastEvent: '-9223372036854775808', hash: '00'.repeat(32) } as const;

/** The newest seal, or what stands for it before the first. */
const NEWEST = `
  SELECT COALESCE(id, ${NO_SEAL.id}) AS id, COALESCE(last_event, '${NO_SEAL.lastEvent}') AS last_event,
         COALESCE(hash, '\\x${NO_SEAL.hash}') AS hash
  FROM (VALUES (1)) AS always
  LEFT JOIN (SELECT id, last_event, hash FROM audit_seals ORDER BY id DESC LIMIT 1) AS newest ON TRUE`;

/** Is it this replica's turn, and is there anything to do? */
const BEGIN = `
  SELECT pg_try_advisory_xact_lock(hashtextextended('audit seals', 0)) AS alone,
         (SELECT max(id) FROM audit_events) > newest.last_event AS unsealed
  FROM (${NEWEST}) AS newest`;

/** Transactions that have inserted events, or may do so with ids that they hold already. */
const WRITERS = `
  SELECT virtualtransaction AS writer FROM pg_locks
  WHERE locktype = 'relation' AND relation = 'audit_events'::regclass AND mode = 'RowExclusiveLock' AND granted
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;

const SEAL = `
  WITH before AS (${NEWEST}),
  batch AS (
    SELECT id, ${EVENT_DIGEST} AS digest FROM audit_events
    WHERE id > (SELECT last_event FROM before) AND id <= $1 ORDER BY id LIMIT ${LARGEST_SEAL}),
  seal AS (
    SELECT before.id + 1 AS id, max(batch.id) AS last_event, count(*)::int AS events, before.hash AS prev,
           string_agg(digest, '' ORDER BY batch.id) AS digests, clock_timestamp() AS sealed_at
    FROM before, batch GROUP BY before.id, before.hash)
  INSERT INTO audit_seals (id, last_event, events, prev, hash, sealed_at)
  SELECT id, last_event, events, prev, ${sealHash('seal', 'digests')}, sealed_at FROM seal
  RETURNING events`;

/** Chains the events of all replicas, after their commit: appending them costs nothing more. One replica at a time. */
@Injectable()
export class AuditSealer implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(AuditSealer.name);
  private timer: NodeJS.Timeout | undefined;
  private turn: Promise<void> | undefined;

  constructor(private readonly dataSource: DataSource) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.seal(), SEAL_EVERY_MS).unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.turn;
    await this.seal();
  }

  /** Seals what is committed, unless another replica does so just now. What it cannot seal it leaves to the next turn. */
  seal(): Promise<void> {
    return (this.turn ??= this.sealAll(performance.now() + TURN_MS).finally(() => (this.turn = undefined)));
  }

  private async sealAll(end: number): Promise<void> {
    try {
      // Whatever the server's default is: each statement has to see what was committed before it.
      const sealNext = () => this.dataSource.transaction('READ COMMITTED', (transaction) => seal(transaction, end));
      while ((await sealNext()) && performance.now() < end);
    } catch (error) {
      if (isServiceAway(error)) return;
      this.logger.error({
        msg: 'audit events were not sealed',
        stack: error instanceof Error ? error.stack : undefined,
      });
    }
  }
}

/** False: nothing is left that can be sealed now. */
async function seal(transaction: EntityManager, end: number): Promise<boolean> {
  const [begin] = await transaction.query<{ alone: boolean; unsealed: boolean | null }[]>(BEGIN);
  if (begin?.alone !== true || begin.unsealed !== true) return false;
  const settled = await settledId(transaction, end);
  if (settled === undefined) return false;
  const sealed = await transaction.query<{ events: number }[]>(SEAL, [settled]);
  return sealed[0]?.events === LARGEST_SEAL;
}

/**
 * An id up to which no event can appear any more. Ids are given out in order and committed in any: whoever was given one
 * up to now holds the lock of an insert until the end of its transaction. Both look-ups and the seal share a connection,
 * so that none of this outlives a crash, after which ids may be given out again.
 * @returns undefined if a transaction is open for too long
 */
async function settledId(transaction: EntityManager, end: number): Promise<string | undefined> {
  const [sequence] = await transaction.query<{ id: string }[]>('SELECT last_value AS id FROM audit_events_id_seq');
  let open = await transaction.query<{ writer: string }[]>(WRITERS);
  for (let pause = 10; open.length > 0; pause = Math.min(2 * pause, 200)) {
    if (performance.now() > end) return undefined;
    await sleep(pause);
    open = await transaction.query(`${WRITERS} AND virtualtransaction = ANY($1)`, [open.map(({ writer }) => writer)]);
  }
  return sequence?.id;
}
