import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { NO_SEAL } from './audit-sealer';
import { type BrokenLink, brokenLink, brokenRest, lostSeal } from './broken-link';
import { type AuditDrop, AuditDrops } from './audit-drops';
import { CHECK, type CheckedLink, type Fault, type Link } from './chain-check';
import { areSame, leftEvents } from './left-events';
import { emptied, isEmptied, trailEnds, warningOf } from './trail-ends';

/** Events without a seal are counted so far: there may be many only if none was sealed for long. */
const MOST_COUNTED = 10_000;

/** A seal whose hash somebody has kept elsewhere. */
export type Anchor = Pick<Link, 'id' | 'hash'>;

export interface Seal extends Link {
  readonly sealedAt: Date;
}

export interface IntactChain {
  readonly intact: true;
  readonly seals: number;
  readonly events: number;
  /** Events of which subject, actor and reason are not verified: a person in them was erased. */
  readonly erased: number;
  /** Events that wait for their seal. 10,000 may be more. */
  readonly unsealed: number;
  readonly head: Anchor;
  /** What is not there any more, and lawfully so; absent: nothing was dropped, or it is older than what was asked for. */
  readonly dropped?: string;
  /** What may have a harmless cause, or be a sign that something is gone. */
  readonly warning?: string;
}

/** Looks whether the audit trail is still what was sealed. */
@Injectable()
export class AuditVerifier {
  constructor(
    private readonly dataSource: DataSource,
    private readonly drops: AuditDrops,
  ) {}

  /** The newest seal; undefined before the first. */
  async head(): Promise<Seal | undefined> {
    return (await this.seals('ORDER BY id DESC LIMIT 1', []))[0];
  }

  /** @param since the seal after which to begin; absent: at the first, or after what retention has dropped */
  async verify(since?: Anchor): Promise<IntactChain | BrokenLink> {
    const drop = await this.drops.latest();
    const start = await this.startAfter(since, drop);
    if (start === undefined) return lostSeal(since?.id ?? NO_SEAL.id, since !== undefined && isBefore(since, drop));
    const rest = since === undefined ? await this.restOf(drop) : undefined;
    if (rest !== undefined) return this.unlessDropped(rest, drop, since);
    const erasedBefore = drop?.erasedBefore.toISOString() ?? '-infinity';
    const total = { seals: 0, events: 0, erased: 0 };
    let last: Link = start;
    for (
      let page = await this.pageAfter(last, erasedBefore);
      page.length > 0;
      page = await this.pageAfter(last, erasedBefore)
    ) {
      for (const link of page) {
        if (isBroken(link)) return this.unlessDropped(brokenLink(last, link), drop, since);
        total.seals += 1;
        total.events += link.found;
        total.erased += link.erased;
        last = link;
      }
    }
    const head = { id: last.id, hash: last.hash };
    const ends = await trailEnds(this.dataSource, last);
    if (isEmptied(ends)) return emptied();
    const warning = warningOf(ends, since === undefined && drop === undefined);
    return {
      ...{ intact: true, ...total, unsealed: await this.unsealedAfter(last), head },
      ...(since === undefined && drop !== undefined ? { dropped: drop.told } : {}),
      ...(warning === undefined ? {} : { warning }),
    };
  }

  /** Undefined: what the drop left is still what it was. */
  private async restOf(drop: AuditDrop | undefined): Promise<BrokenLink | undefined> {
    if (drop === undefined) return undefined;
    const found = await leftEvents(this.dataSource, drop.seal.lastEvent);
    return areSame(found, drop.left) ? undefined : brokenRest(drop, found);
  }

  /** If events were dropped while we looked, the chain begins after them now. */
  private async unlessDropped(
    broken: BrokenLink,
    drop: AuditDrop | undefined,
    since: Anchor | undefined,
  ): Promise<IntactChain | BrokenLink> {
    const later = await this.drops.latest();
    return later?.event === drop?.event ? broken : this.verify(since);
  }

  /** Undefined: there is no such seal, or its events may be gone. */
  private async startAfter(since: Anchor | undefined, drop: AuditDrop | undefined): Promise<Link | undefined> {
    if (since === undefined) return drop?.seal ?? NO_SEAL;
    if (since.id === drop?.seal.id && since.hash === drop.seal.hash) return drop.seal;
    return isBefore(since, drop) ? undefined : this.find(since);
  }

  private async find({ id, hash }: Anchor): Promise<Seal | undefined> {
    return (await this.seals(`WHERE id = $1 AND hash = decode($2, 'hex')`, [id, hash]))[0];
  }

  private seals(which: string, parameters: readonly string[]): Promise<Seal[]> {
    return this.dataSource.query<Seal[]>(
      `SELECT id, encode(hash, 'hex') AS hash, last_event AS "lastEvent", sealed_at AS "sealedAt" FROM audit_seals ${which}`,
      [...parameters],
    );
  }

  private pageAfter({ id, lastEvent, hash }: Link, erasedBefore: string): Promise<CheckedLink[]> {
    return this.dataSource.query<CheckedLink[]>(CHECK, [id, lastEvent, hash, erasedBefore]);
  }

  private async unsealedAfter({ lastEvent }: Link): Promise<number> {
    const [row] = await this.dataSource.query<{ count: number }[]>(
      `SELECT count(*)::int FROM (SELECT FROM audit_events WHERE id > $1 ORDER BY id LIMIT ${MOST_COUNTED}) AS unsealed`,
      [lastEvent],
    );
    return row?.count ?? 0;
  }
}

function isBefore(since: Anchor, drop: AuditDrop | undefined): boolean {
  return drop !== undefined && BigInt(since.id) < BigInt(drop.seal.id);
}

function isBroken(link: CheckedLink): link is CheckedLink & { readonly fault: Fault } {
  return link.fault !== null;
}
