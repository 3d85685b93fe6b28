import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import type { Range } from '../database/partitions/period';
import type { Link } from './chain-check';
import type { LeftEvents } from './left-events';

/** The subject of the events that tell of drops: an index leads there. No user has it, for want of a colon. */
export const DROPPED_TRAIL = 'audit_events';

/** Clocks of replicas may differ, and an erasure goes through the trail after its event. */
const ERASURE_MS = 86_400_000;

/** That the oldest events, with their seals, are not there any more. */
export interface AuditDrop {
  /** The id of the event that tells of it. */
  readonly event: string;
  /** The last one of which an event was dropped: the chain begins after it. */
  readonly seal: Link;
  readonly left: LeftEvents;
  /** For people. */
  readonly told: string;
  /** An event before it may name an erased person whose erasure was dropped. */
  readonly erasedBefore: Date;
}

/**
 * The reason of an `audit.drop` event. Its values hang together by underscores, so that nobody's name can be found in
 * them and replaced by an erasure.
 */
export function dropReason({ id, hash, lastEvent }: Link, left: LeftEvents, { to }: Pick<Range, 'to'>): string {
  const gone = `before_${to.toISOString().slice(0, 10)}_up_to_seal_${id}_event_${lastEvent}_sha256_${hash}`;
  return `events of ${gone}_left_${left.events}_from_${left.first ?? 'none'}_sha256_${left.digest}`;
}

const DROPPED = '(\\d{4}-\\d{2}-\\d{2})_up_to_seal_(\\d{1,18})_event_(-?\\d{1,19})_sha256_([0-9a-f]{64})';
const LEFT = '(\\d{1,5})_from_(none|-?\\d{1,19})_sha256_([0-9a-f]{64})';
const REASON = new RegExp(`^events of before_${DROPPED}_left_${LEFT}$`);

/** The newest: each drop reaches at least as far as those before it. */
const LATEST = `
  SELECT id, at, reason FROM audit_events
  WHERE subject = '${DROPPED_TRAIL}' AND action = 'audit.drop' AND outcome = 'allowed' ORDER BY id DESC LIMIT 1`;

/** What retention has taken from the trail, as the trail itself tells. */
@Injectable()
export class AuditDrops {
  constructor(private readonly dataSource: DataSource) {}

  /** Undefined: nothing was dropped. An event that does not say what it should counts for nothing. */
  async latest(db: Pick<EntityManager, 'query'> = this.dataSource): Promise<AuditDrop | undefined> {
    const [event] = await db.query<{ id: string; at: Date; reason: string | null }[]>(LATEST);
    const parts = REASON.exec(event?.reason ?? '')?.slice(1);
    if (event === undefined || parts === undefined) return undefined;
    const [day = '', id = '', lastEvent = '', hash = '', events = '', first = '', digest = ''] = parts;
    return {
      event: event.id,
      seal: { id, lastEvent, hash },
      left: { events: Number(events), first: first === 'none' ? null : first, digest },
      told: `events before ${day}, up to seal ${id}, were dropped by retention on ${event.at.toISOString().slice(0, 10)}`,
      erasedBefore: new Date(Date.parse(`${day}T00:00:00Z`) + ERASURE_MS),
    };
  }
}
