import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { type EntityManager, type FindOptionsWhere, In, IsNull, MoreThanOrEqual, Raw, Repository } from 'typeorm';
import { AuditLog } from '../audit/audit-log';
import { boundOf } from '../database/partitions/bounds';
import { UnitOfWork } from '../database/unit-of-work';
import { FamilyEntity } from './family.entity';

/** A statement has seconds, and a client may have millions of logins. */
const ENDED_AT_ONCE = 10_000;

/** How far the clocks of replicas and the database may be apart. */
const CLOCKS_APART_MS = 3_600_000;

/** Which of the logins, beside those for which it is of no matter any more. */
export type Which =
  | { userId: string; orgId?: string; clientId?: string }
  | { clientId: string }
  | { clientIds: string[] }
  | { orgId: string };

/** The logins of users. */
@Injectable()
export class Families {
  constructor(
    @InjectRepository(FamilyEntity) private readonly families: Repository<FamilyEntity>,
    private readonly work: UnitOfWork,
    private readonly audit: AuditLog,
  ) {}

  async find(id: string): Promise<FamilyEntity | undefined> {
    return (await this.families.findOneBy({ id })) ?? undefined;
  }

  /**
   * Locks the family against being ended until the transaction is over.
   * @returns when it expires; undefined: it has ended already
   */
  async holdAlive(transaction: EntityManager, id: string): Promise<Date | undefined> {
    const [row] = await transaction.query<{ expires_at: Date }[]>(
      'SELECT expires_at FROM families WHERE id = $1 AND ended_at IS NULL AND expires_at > now() FOR SHARE',
      [id],
    );
    return row?.expires_at;
  }

  /** Is the client of a family that this one comes from disabled? What was exchanged from its tokens ends with it. */
  async comesFromDisabledClient(id: string): Promise<boolean> {
    const rows = await this.families.query<unknown[]>(
      `WITH RECURSIVE origin AS (
         SELECT parent_id, client_id FROM families WHERE id = $1
         UNION ALL
         SELECT family.parent_id, family.client_id FROM families AS family JOIN origin ON family.id = origin.parent_id)
       SELECT 1 FROM origin JOIN clients ON clients.id = origin.client_id AND clients.disabled_at IS NOT NULL`,
      [id],
    );
    return rows.length > 0;
  }

  /** Ends a family for theft: once, with its children, in a transaction of its own, since the request itself fails. */
  async endForReuse(id: string, because: string, request: { id: string; address: string }): Promise<void> {
    await this.work.run(async (transaction) => {
      // By the clock that has just refused it.
      const expiresAt = Raw((column) => `${column} > now()`);
      const family = await transaction.findOneBy(FamilyEntity, { id, expiresAt });
      if (family !== null)
        await this.endRecorded(transaction, [family], `${because}: the login may be stolen`, request);
    });
  }

  /** Ends what began in a browser's session, at every client. */
  async endOfBrowserSession(transaction: EntityManager, browserSessionId: string, because: string): Promise<void> {
    await this.endAlive(transaction, { browserSessionId }, because);
  }

  /**
   * Ends every login of a user (only those for an org and at a client, if they are named), at clients, or for an org.
   * @returns how many, without those at other clients or for other orgs that came from them and ended as well
   */
  endAllOf(transaction: EntityManager, which: Which, because: string): Promise<number> {
    return this.endAlive(transaction, 'clientIds' in which ? { clientId: In(which.clientIds) } : which, because);
  }

  /** False: it had ended before. Of parallel ones exactly one is told true. */
  async endOne(transaction: EntityManager, id: string, because: string): Promise<boolean> {
    return (await this.end(transaction, [id], because)).length > 0;
  }

  /** Ends families, with an event for each that had not ended before. */
  async endRecorded(
    transaction: EntityManager,
    families: readonly Pick<FamilyEntity, 'id' | 'clientId' | 'orgId'>[],
    reason: string,
    request: { id: string; address: string },
  ): Promise<void> {
    const ids = families.map(({ id }) => id);
    const ended = new Set(await this.end(transaction, ids, reason));
    for (const { id, clientId, orgId } of families.filter((family) => ended.has(family.id))) {
      await this.audit.appendIn(transaction, {
        at: new Date(),
        requestId: request.id,
        action: 'family.end',
        outcome: 'allowed',
        reason,
        clientId,
        orgId,
        family: id,
        address: request.address,
      });
    }
  }

  private async endAlive(
    transaction: EntityManager,
    which: FindOptionsWhere<FamilyEntity>,
    because: string,
  ): Promise<number> {
    let ended = 0;
    let families: Pick<FamilyEntity, 'id'>[];
    do {
      families = await transaction.find(FamilyEntity, {
        where: { ...which, endedAt: IsNull(), id: MoreThanOrEqual(lowestLiving()) },
        select: { id: true },
        // Two that end the same families at once must lock them in one order.
        order: { id: 'ASC' },
        take: ENDED_AT_ONCE,
        lock: { mode: 'pessimistic_write' },
      });
      const ids = families.map(({ id }) => id);
      ended += (await this.end(transaction, ids, because)).length;
    } while (families.length === ENDED_AT_ONCE);
    return ended;
  }

  /**
   * Ends families and, level by level, their children: each statement sees those that were begun before it got the
   * lock of their parent, and afterwards none can begin.
   */
  private async end(transaction: EntityManager, ids: string[], reason: string): Promise<string[]> {
    const [ended] = await transaction.query<[{ id: string }[], number]>(
      'UPDATE families SET ended_at = now(), end_reason = $2 WHERE id = ANY($1) AND ended_at IS NULL RETURNING id',
      [ids, reason],
    );
    if (ended.length === 0) return [];
    const children = await transaction.query<{ id: string }[]>(
      'SELECT id FROM families WHERE parent_id = ANY($1) AND id >= $2',
      [ended.map(({ id }) => id), lowestLiving()],
    );
    await this.end(
      transaction,
      children.map(({ id }) => id),
      reason,
    );
    return ended.map(({ id }) => id);
  }
}

/** Ids begin with the time until which a login may be of use: below this one there is none that matters. */
export function lowestLiving(): string {
  return boundOf('uuid', new Date(Date.now() - CLOCKS_APART_MS));
}
