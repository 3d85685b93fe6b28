import { Injectable, Logger } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Outdated } from '../database/partitions/outdated-partitions';
import type { PartitionedTable } from '../database/partitions/partitioned-table';
import { Configuration } from '../config/configuration';
import { type AuditDrop, AuditDrops, DROPPED_TRAIL, dropReason } from './audit-drops';
import type { AuditEvent } from './audit-event';
import { AuditLog } from './audit-log';
import type { Link } from './chain-check';
import { areSame, leftEvents } from './left-events';

/** Months, since few queries of the trail name a time, and each looks into every partition. */
const BY_MONTH = { key: 'timestamptz', period: 'month', ahead: 2 } as const;

/** The seal that covers an event. */
const SEAL_OF = `
  SELECT id, last_event AS "lastEvent", encode(hash, 'hex') AS hash, sealed_at AS "sealedAt" FROM audit_seals
  WHERE last_event >= $1 ORDER BY last_event LIMIT 1`;

const DAY_MS = 86_400_000;

/** For how long the trail must have been written to before anything of it goes. */
const STEADY_DAYS = 31;

/** Who drops, and when, as the event has it. */
export interface DropEvent extends Pick<AuditEvent, 'at' | 'requestId' | 'actor' | 'outcome'> {
  /** Events go although something looks wrong: an operator knows better. */
  readonly force?: boolean;
}

/** For how long events and seals are kept, and what is needed of them before they go. */
@Injectable()
export class AuditRetention {
  readonly events: PartitionedTable;
  readonly seals: PartitionedTable;
  private readonly logger = new Logger(AuditRetention.name);

  constructor(
    private readonly log: AuditLog,
    private readonly drops: AuditDrops,
    { auditRetentionDays: keepDays }: Configuration,
  ) {
    this.events = { table: 'audit_events', column: 'at', keepDays, ...BY_MONTH };
    this.seals = { table: 'audit_seals', column: 'sealed_at', keepDays, ...BY_MONTH };
  }

  /**
   * Records up to which seal the chain will be gone, if the events may be dropped: all of them have to be sealed, and
   * their seals as old as the events have to be. So an event with a wrong time neither goes too early nor takes the
   * verification of young ones with it.
   * @param at the present time
   * @returns false: not yet
   */
  async releaseEvents(transaction: EntityManager, outdated: Outdated, at: Date, event: DropEvent): Promise<boolean> {
    const newest = await newestId(transaction, outdated);
    if (newest === null) return true;
    const [seal] = await transaction.query<(Link & { sealedAt: Date })[]>(SEAL_OF, [newest]);
    if (seal === undefined || this.isYoung(seal.sealedAt, at)) return false;
    const before = await this.drops.latest(transaction);
    const objection = event.force === true ? undefined : await this.objectionTo(transaction, before, at);
    if (objection !== undefined) {
      this.logger.error(`${outdated.period.name} is not dropped: ${objection}`);
      return false;
    }
    const last = before !== undefined && BigInt(before.seal.id) > BigInt(seal.id) ? before.seal : seal;
    const left = await leftEvents(transaction, last.lastEvent, outdated.period.to);
    await this.log.appendIn(transaction, {
      ...event,
      action: 'audit.drop',
      subject: DROPPED_TRAIL,
      reason: dropReason(last, left, outdated.period),
    });
    return true;
  }

  /** Seals whose events were dropped can prove nothing any more; others stay, and the newest, which the next one names. */
  async releaseSeals(transaction: EntityManager, outdated: Outdated): Promise<boolean> {
    const newest = await newestId(transaction, outdated);
    if (newest === null) return true;
    const drop = await this.drops.latest(transaction);
    if (drop === undefined || BigInt(newest) > BigInt(drop.seal.id)) return false;
    const younger = await transaction.query<unknown[]>('SELECT FROM audit_seals WHERE id > $1 LIMIT 1', [newest]);
    return younger.length > 0;
  }

  private isYoung(sealedAt: Date, at: Date): boolean {
    return sealedAt.getTime() > at.getTime() - (this.events.keepDays ?? Infinity) * DAY_MS;
  }

  /** What must not go without somebody's word: evidence, and a trail that is not as old as the clock makes it. */
  private async objectionTo(
    transaction: EntityManager,
    before: AuditDrop | undefined,
    at: Date,
  ): Promise<string | undefined> {
    if (before !== undefined && !areSame(await leftEvents(transaction, before.seal.lastEvent), before.left))
      return 'events that an earlier drop left were changed, see `gatehouse audit verify`. To drop it all the same: `gatehouse partitions keep --force`.';
    const days = Math.min(STEADY_DAYS, this.events.keepDays ?? STEADY_DAYS);
    if (await wasWrittenTo(transaction, new Date(at.getTime() - days * DAY_MS), days)) return undefined;
    return `it is ${at.toISOString()} by the clock of the database, and there is no event from ${days} to ${2 * days} days before. If the clock is right: \`gatehouse partitions keep --force\`.`;
  }
}

/**
 * A trail that is in use has events of every day, if only those of drops. After a clock has jumped ahead there are none of
 * the time between, whoever wrote them.
 */
async function wasWrittenTo(transaction: EntityManager, until: Date, days: number): Promise<boolean> {
  const since = new Date(until.getTime() - days * DAY_MS);
  const found = await transaction.query<unknown[]>('SELECT FROM audit_events WHERE at >= $1 AND at < $2 LIMIT 1', [
    since,
    until,
  ]);
  return found.length > 0;
}

/** Null: they are empty. */
async function newestId(transaction: EntityManager, { earlier, period }: Outdated): Promise<string | null> {
  const parts = [period, ...(earlier === undefined ? [] : [earlier])];
  const [row] = await transaction.query<{ id: string | null }[]>(
    `SELECT max(id) AS id FROM (${parts.map(({ name }) => `SELECT max(id) AS id FROM ${name}`).join(' UNION ALL ')}) AS newest`,
  );
  return row?.id ?? null;
}
