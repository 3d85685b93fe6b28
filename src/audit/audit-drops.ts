import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import type { Range } from '../database/partitions/period';
import type { Link } from './chain-check';

/** The subject of the events that tell of drops: an index leads there. No user has it, for want of a colon. */
export const DROPPED_TRAIL = 'audit_events';

/** Clocks of replicas may differ, and an erasure goes through the trail after its event. */
const ERASURE_MS = 86_400_000;

/** That the oldest events, with their seals, are not there any more. */
export interface AuditDrop {
  /** The last one of which an event was dropped: the chain begins after it. */
  readonly seal: Link;
  /** For people. */
  readonly told: string;
  /** An event before it may name an erased person whose erasure was dropped. */
  readonly erasedBefore: Date;
}

/**
 * The reason of an `audit.drop` event. Its values hang together by underscores, so that nobody's name can be found in
 * them and replaced by an erasure.
 */
export function dropReason({ id, hash, lastEvent }: Link, { to }: Pick<Range, 'to'>): string {
  return `events of before_${to.toISOString().slice(0, 10)}_up_to_seal_${id}_event_${lastEvent}_sha256_${hash}`;
}

const REASON = /^events of before_(\d{4}-\d{2}-\d{2})_up_to_seal_(\d{1,18})_event_(-?\d{1,19})_sha256_([0-9a-f]{64})$/;

/** The newest: each drop reaches at least as far as those before it. */
const LATEST = `
  SELECT at, reason FROM audit_events
  WHERE subject = '${DROPPED_TRAIL}' AND action = 'audit.drop' AND outcome = 'allowed' ORDER BY id DESC LIMIT 1`;

/** What retention has taken from the trail, as the trail itself tells. */
@Injectable()
export class AuditDrops {
  constructor(private readonly dataSource: DataSource) {}

  /** Undefined: nothing was dropped. An event that does not say what it should counts for nothing. */
  async latest(db: Pick<EntityManager, 'query'> = this.dataSource): Promise<AuditDrop | undefined> {
    const [event] = await db.query<{ at: Date; reason: string | null }[]>(LATEST);
    const [, day, id, lastEvent, hash] = REASON.exec(event?.reason ?? '') ?? [];
    if (event === undefined || id === undefined || lastEvent === undefined || hash === undefined) return undefined;
    return {
      seal: { id, lastEvent, hash },
      told: `events before ${day}, up to seal ${id}, were dropped by retention on ${event.at.toISOString().slice(0, 10)}`,
      erasedBefore: new Date(Date.parse(`${day}T00:00:00Z`) + ERASURE_MS),
    };
  }
}
