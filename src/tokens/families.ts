import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { type EntityManager, type FindOptionsWhere, In, IsNull, MoreThanOrEqual, Raw, Repository } from 'typeorm';
import { AuditLog } from '../audit/audit-log';
import { Configuration } from '../config/configuration';
import { boundOf } from '../database/partitions/bounds';
import { UnitOfWork } from '../database/unit-of-work';
import { FamilyEntity } from './family.entity';

/** A statement has seconds, and a client may have millions of logins. */
const ENDED_AT_ONCE = 10_000;

const TOO_MANY = 'the user has too many logins at the client';

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
  private readonly mostPerUserAndClient: number;

  constructor(
    @InjectRepository(FamilyEntity) private readonly families: Repository<FamilyEntity>,
    private readonly work: UnitOfWork,
    private readonly audit: AuditLog,
    { logins }: Configuration,
  ) {
    this.mostPerUserAndClient = logins.mostPerUserAndClient;
  }

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

  /**
   * Begins a login. A user has only so many at one client: past that the one goes that was not used for longest, unless
   * others come from it. Logins that begin in the same moment may exceed the number until the next one.
   * @param request that begins it, for the event of a login that goes
   */
  async begin(transaction: EntityManager, family: NewFamily, request: { id: string; address: string }): Promise<void> {
    await transaction.insert(FamilyEntity, { ...family, lastUsedAt: family.createdAt });
    if (!(await this.areTooMany(transaction, family))) return;
    await transaction.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [
      `logins of ${family.userId} at ${family.clientId}`,
    ]);
    const surplus = await this.surplus(transaction, family);
    for (const id of await this.end(transaction, surplus, TOO_MANY)) {
      await this.recordEnd(transaction, { ...family, id }, TOO_MANY, request);
    }
  }

  /** Ends a family for theft: once, with its children, in a transaction of its own, since the request itself fails. */
  async endForReuse(id: string, because: string, request: { id: string; address: string }): Promise<void> {
    await this.work.run(async (transaction) => {
      // By the clock that has just refused it.
      const expiresAt = Raw((column) => `${column} > now()`);
      const family = await transaction.findOneBy(FamilyEntity, { id, expiresAt });
      const ended = family === null ? [] : await this.end(transaction, [id], because);
      if (family === null || ended.length === 0) return;
      await this.recordEnd(transaction, family, `${because}: the login may be stolen`, request);
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

  private async areTooMany(transaction: EntityManager, { userId, clientId }: NewFamily): Promise<boolean> {
    const [row] = await transaction.query<{ count: number }[]>(
      `SELECT count(*)::int FROM (
         SELECT FROM families
         WHERE user_id = $1 AND client_id = $2 AND id >= $3 AND ended_at IS NULL AND expires_at > now() LIMIT $4) AS live`,
      [userId, clientId, lowestLiving(), this.mostPerUserAndClient + 1],
    );
    return row !== undefined && row.count > this.mostPerUserAndClient;
  }

  /** Neither the one that begins, nor one that a living login comes from, nor one that is being used just now. */
  private async surplus(transaction: EntityManager, { id, userId, clientId }: NewFamily): Promise<string[]> {
    const rows = await transaction.query<{ id: string }[]>(
      `SELECT id FROM families WHERE id IN (
         SELECT id FROM families
         WHERE user_id = $1 AND client_id = $2 AND id >= $3 AND id <> $4 AND ended_at IS NULL AND expires_at > now()
         ORDER BY last_used_at DESC, created_at DESC OFFSET $5 LIMIT $6)
       AND ended_at IS NULL AND NOT EXISTS (
         SELECT FROM families AS child
         WHERE child.parent_id = families.id AND child.id >= $3 AND child.ended_at IS NULL AND child.expires_at > now())
       FOR NO KEY UPDATE OF families SKIP LOCKED`,
      [userId, clientId, lowestLiving(), id, this.mostPerUserAndClient - 1, ENDED_AT_ONCE],
    );
    return rows.map((row) => row.id);
  }

  private recordEnd(
    transaction: EntityManager,
    { id, clientId, orgId }: Pick<FamilyEntity, 'id' | 'clientId' | 'orgId'>,
    reason: string,
    request: { id: string; address: string },
  ): Promise<void> {
    return this.audit.appendIn(transaction, {
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

/** Ids begin with the time until which a login may be of use: below this one there is none that matters. */
export function lowestLiving(): string {
  return boundOf('uuid', new Date(Date.now() - CLOCKS_APART_MS));
}

export type NewFamily = Omit<FamilyEntity, 'lastUsedAt' | 'endedAt' | 'endReason'>;
