import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { type EntityManager, type FindOptionsWhere, In, IsNull, MoreThanOrEqual, Raw, Repository } from 'typeorm';
import type { AuditEvent } from '../audit/audit-event';
import { AuditLog } from '../audit/audit-log';
import { Configuration } from '../config/configuration';
import { boundOf } from '../database/partitions/bounds';
import { UnitOfWork } from '../database/unit-of-work';
import { GatehouseError } from '../errors/gatehouse-error';
import { UserEntity } from '../users/user.entity';
import { FamilyEntity } from './family.entity';
import { userName } from './subject-name';

/** A statement has seconds, and a client may have millions of logins. */
const ENDED_AT_ONCE = 10_000;

/** How far the clocks of replicas and the database may be apart. */
const CLOCKS_APART_MS = 3_600_000;

/** $2: seconds, 0 for no limit. */
const IDLE = '($2::float8 > 0 AND last_used_at <= now() - make_interval(secs => $2))';

/** The request with which a login ends, for the event. */
export type Occasion = Pick<AuditEvent, 'requestId' | 'dialect' | 'grantType' | 'address'>;

/** Which of the logins, beside those for which it is of no matter any more. */
export type Which =
  | { userId: string; orgId?: string; clientId?: string }
  | { clientId: string }
  | { clientIds: string[] }
  | { orgId: string };

/** The logins of users. */
@Injectable()
export class Families {
  private readonly idleSeconds: number;

  constructor(
    @InjectRepository(FamilyEntity) private readonly families: Repository<FamilyEntity>,
    private readonly work: UnitOfWork,
    private readonly audit: AuditLog,
    { logins }: Configuration,
  ) {
    this.idleSeconds = logins.idleSeconds;
  }

  async find(id: string): Promise<FamilyEntity | undefined> {
    return (await this.families.findOneBy({ id })) ?? undefined;
  }

  /**
   * Locks the family against being ended until the transaction is over.
   * @returns when it expires
   * @throws {GatehouseError} `invalid_grant`: it has ended already
   */
  async requireAlive(transaction: EntityManager, id: string): Promise<Date> {
    const [row] = await transaction.query<{ expires_at: Date }[]>(
      `SELECT expires_at FROM families
       WHERE id = $1 AND ended_at IS NULL AND expires_at > now() AND NOT ${IDLE} FOR SHARE`,
      [id, this.idleSeconds],
    );
    if (row !== undefined) return row.expires_at;
    throw new GatehouseError('invalid_grant', 'The login has ended.', { detail: `family ${id} has ended` });
  }

  /** Was the login not used for too long? */
  isIdle({ lastUsedAt }: FamilyEntity, at: Date): boolean {
    return this.idleSeconds > 0 && at.getTime() - lastUsedAt.getTime() >= this.idleSeconds * 1_000;
  }

  /**
   * Is a family that this one comes from idle for too long, or its client disabled? What was exchanged from its tokens
   * ends with it.
   */
  async comesFromEnded(id: string): Promise<boolean> {
    const rows = await this.families.query<unknown[]>(
      `WITH RECURSIVE origin AS (
         SELECT parent_id, client_id, last_used_at FROM families WHERE id = $1
         UNION ALL
         SELECT family.parent_id, family.client_id, family.last_used_at
         FROM families AS family JOIN origin ON family.id = origin.parent_id)
       SELECT 1 FROM origin JOIN clients ON clients.id = origin.client_id WHERE clients.disabled_at IS NOT NULL OR ${IDLE}`,
      [id, this.idleSeconds],
    );
    return rows.length > 0;
  }

  /** The tokens with which it began are leaving now. */
  async markAnswered(id: string): Promise<void> {
    await this.families.update({ id }, { answeredAt: new Date() });
  }

  /** Ends a family for theft: once, with its children, in a transaction of its own, since the request itself fails. */
  async endForReuse(id: string, because: string, occasion: Occasion): Promise<void> {
    await this.work.run(async (transaction) => {
      // By the clock that has just refused it.
      const expiresAt = Raw((column) => `${column} > now()`);
      const family = await transaction.findOneBy(FamilyEntity, { id, expiresAt });
      if (family !== null)
        await this.endRecorded(transaction, [family], `${because}: the login may be stolen`, occasion);
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
    families: readonly Pick<FamilyEntity, 'id' | 'userId' | 'clientId' | 'orgId'>[],
    reason: string,
    { requestId, dialect, grantType, address }: Occasion,
  ): Promise<void> {
    const ids = families.map(({ id }) => id);
    const ended = new Set(await this.end(transaction, ids, reason));
    const users = await transaction.find(UserEntity, {
      where: { id: In([...new Set(families.map(({ userId }) => userId))]) },
      select: { id: true, domain: true },
    });
    const names = new Map(users.map((user) => [user.id, userName(user)]));
    for (const { id, userId, clientId, orgId } of families.filter((family) => ended.has(family.id))) {
      await this.audit.appendIn(transaction, {
        ...{ at: new Date(), requestId, dialect, grantType, address },
        ...{ action: 'family.end', outcome: 'allowed', reason },
        ...{ family: id, subject: names.get(userId), clientId, orgId },
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
