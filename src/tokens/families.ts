import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { type EntityManager, type FindOptionsWhere, IsNull, MoreThan, Repository } from 'typeorm';
import { AuditLog } from '../audit/audit-log';
import { Configuration } from '../config/configuration';
import { UnitOfWork } from '../database/unit-of-work';
import { CredentialHasher } from '../keys/credential-hasher';
import { FamilyEntity } from './family.entity';
import { RefreshTokenEntity } from './refresh-token.entity';

/** A statement has seconds, and a client may have millions of logins. */
const ENDED_AT_ONCE = 10_000;

/** The logins of users, and their refresh tokens. */
@Injectable()
export class Families {
  private readonly graceSeconds: number;

  constructor(
    @InjectRepository(FamilyEntity) private readonly families: Repository<FamilyEntity>,
    private readonly hasher: CredentialHasher,
    private readonly work: UnitOfWork,
    private readonly audit: AuditLog,
    configuration: Configuration,
  ) {
    this.graceSeconds = configuration.refreshGraceSeconds;
  }

  /** The family that the refresh token is of, whatever its state. */
  async findByRefreshToken(refreshToken: string): Promise<FamilyEntity | undefined> {
    const family = await this.families
      .createQueryBuilder('family')
      .innerJoin(RefreshTokenEntity, 'token', 'token.familyId = family.id AND token.hash = :hash', {
        hash: this.hasher.hash(refreshToken),
      })
      .getOne();
    return family ?? undefined;
  }

  /** The login of a refresh token that could be redeemed for the first time now, as far as both tell by themselves. */
  async findUnredeemed(refreshToken: string): Promise<{ family: FamilyEntity; issuedAt: Date } | undefined> {
    const { entities, raw } = await this.families
      .createQueryBuilder('family')
      .innerJoin(RefreshTokenEntity, 'token', 'token.familyId = family.id AND token.hash = :hash', {
        hash: this.hasher.hash(refreshToken),
      })
      .addSelect('token.createdAt', 'issued_at')
      .where('token.consumedAt IS NULL AND family.endedAt IS NULL AND family.expiresAt > now()')
      .getRawAndEntities<{ issued_at: Date }>();
    const [family, row] = [entities[0], raw[0]];
    return family === undefined || row === undefined ? undefined : { family, issuedAt: row.issued_at };
  }

  async find(id: string): Promise<FamilyEntity | undefined> {
    return (await this.families.findOneBy({ id })) ?? undefined;
  }

  isAlive(id: string): Promise<boolean> {
    return this.families.existsBy({ id, endedAt: IsNull() });
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

  /** For a refresh token that stays: is it unused, that is, not one that was redeemed while its client's rotated? */
  isUnused(transaction: EntityManager, refreshToken: string): Promise<boolean> {
    return transaction.existsBy(RefreshTokenEntity, { hash: this.hasher.hash(refreshToken), consumedAt: IsNull() });
  }

  async begin(transaction: EntityManager, family: NewFamily, refreshToken: string | undefined): Promise<void> {
    await transaction.insert(FamilyEntity, family);
    if (refreshToken === undefined) return;
    await transaction.insert(RefreshTokenEntity, { hash: this.hasher.hash(refreshToken), familyId: family.id });
  }

  /**
   * Redeems a refresh token that rotates. Grace and reuse are decided in one statement: of parallel requests the first
   * consumes the token, the others within the grace period pass as repeats of it, with the same successor.
   * False: it was redeemed before the grace period, or its family has ended.
   */
  async rotate(transaction: EntityManager, presented: string, successor: string): Promise<boolean> {
    const [rows] = await transaction.query<[{ family_id: string }[], number]>(
      `UPDATE refresh_tokens AS token SET consumed_at = COALESCE(token.consumed_at, now())
       FROM families AS family
       WHERE token.hash = $1 AND family.id = token.family_id AND family.ended_at IS NULL AND family.expires_at > now()
         AND (token.consumed_at IS NULL OR ($2 > 0 AND token.consumed_at > now() - make_interval(secs => $2)))
       RETURNING token.family_id`,
      [this.hasher.hash(presented), this.graceSeconds],
    );
    const [row] = rows;
    if (row === undefined) return false;
    await transaction.query(
      'INSERT INTO refresh_tokens (hash, family_id) VALUES ($1, $2) ON CONFLICT (hash) DO NOTHING',
      [this.hasher.hash(successor), row.family_id],
    );
    return true;
  }

  /** Ends a family for theft: once, with its children, in a transaction of its own, since the request itself fails. */
  async endForReuse(id: string, because: string, request: { id: string; address: string }): Promise<void> {
    await this.work.run(async (transaction) => {
      const family = await transaction.findOneBy(FamilyEntity, { id, expiresAt: MoreThan(new Date()) });
      const ended = family === null ? [] : await this.end(transaction, [id], because);
      if (family === null || ended.length === 0) return;
      await this.audit.appendIn(transaction, {
        at: new Date(),
        requestId: request.id,
        action: 'family.end',
        outcome: 'allowed',
        reason: `${because}: the login may be stolen`,
        clientId: family.clientId,
        orgId: family.orgId,
        family: id,
        address: request.address,
      });
    });
  }

  /** Ends what began in a browser's session, at every client. */
  async endOfBrowserSession(transaction: EntityManager, browserSessionId: string, because: string): Promise<void> {
    await this.endAlive(transaction, { browserSessionId }, because);
  }

  /** Ends every login of a user (only those for an org, if one is named), at a client, or for an org. */
  async endAllOf(
    transaction: EntityManager,
    which: { userId: string; orgId?: string } | { clientId: string } | { orgId: string },
    because: string,
  ): Promise<void> {
    await this.endAlive(transaction, which, because);
  }

  /** False: it had ended before. Of parallel ones exactly one is told true. */
  async endOne(transaction: EntityManager, id: string, because: string): Promise<boolean> {
    return (await this.end(transaction, [id], because)).length > 0;
  }

  private async endAlive(
    transaction: EntityManager,
    which: FindOptionsWhere<FamilyEntity>,
    because: string,
  ): Promise<void> {
    let families: Pick<FamilyEntity, 'id'>[];
    do {
      families = await transaction.find(FamilyEntity, {
        where: { ...which, endedAt: IsNull() },
        select: { id: true },
        // Two that end the same families at once must lock them in one order.
        order: { id: 'ASC' },
        take: ENDED_AT_ONCE,
        lock: { mode: 'pessimistic_write' },
      });
      await this.end(
        transaction,
        families.map(({ id }) => id),
        because,
      );
    } while (families.length === ENDED_AT_ONCE);
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
    const children = await transaction.query<{ id: string }[]>('SELECT id FROM families WHERE parent_id = ANY($1)', [
      ended.map(({ id }) => id),
    ]);
    await this.end(
      transaction,
      children.map(({ id }) => id),
      reason,
    );
    return ended.map(({ id }) => id);
  }
}

export type NewFamily = Omit<FamilyEntity, 'endedAt' | 'endReason'>;
