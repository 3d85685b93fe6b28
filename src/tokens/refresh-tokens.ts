import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { type EntityManager, Repository } from 'typeorm';
import type { AuditEvent } from '../audit/audit-event';
import { AuditLog } from '../audit/audit-log';
import { Configuration } from '../config/configuration';
import { CredentialHasher } from '../keys/credential-hasher';
import { Families } from './families';
import { FamilyEntity } from './family.entity';
import { loginIdOf } from './refresh-token';
import { RefreshTokenEntity } from './refresh-token.entity';
import type { SessionPlan } from './session-plan';

/** The last use of a login is written at most this often, or twenty times in the idle time if that is more often. */
const USE_WRITTEN_EVERY_SECONDS = 1;

/** Login $1 if its use is to be noted: the first one, and then at most every $3 seconds. Who cannot have the row leaves the note to who has it. */
const DUE = `due AS (
  SELECT id FROM families
  WHERE id = $1 AND ended_at IS NULL
    AND (last_used_at = created_at OR last_used_at < now() - make_interval(secs => $3))
  FOR NO KEY UPDATE SKIP LOCKED)`;

const USED = `used AS (
  UPDATE families SET last_used_at = now() WHERE id = (SELECT id FROM due) AND EXISTS (SELECT FROM done))`;

export interface FoundRefreshToken {
  readonly family: FamilyEntity;
  readonly issuedAt: Date;
  /** Was it redeemed before, while its client's rotated? */
  readonly redeemed: boolean;
}

type Kept = Extract<SessionPlan, { kind: 'keep' }>;
type Rotated = Extract<SessionPlan, { kind: 'rotate' }>;

/** A transaction, or the database itself where one statement is enough. */
type Queries = Pick<EntityManager, 'query'>;

/**
 * The refresh tokens of logins. Each statement names the login by its id wherever the token tells it, and so looks into
 * one partition however many there are.
 */
@Injectable()
export class RefreshTokens {
  private readonly graceSeconds: number;
  private readonly useWrittenEverySeconds: number;

  constructor(
    @InjectRepository(FamilyEntity) private readonly rows: Repository<FamilyEntity>,
    private readonly families: Families,
    private readonly hasher: CredentialHasher,
    private readonly audit: AuditLog,
    { refreshGraceSeconds, logins }: Configuration,
  ) {
    this.graceSeconds = refreshGraceSeconds;
    this.useWrittenEverySeconds = Math.min(USE_WRITTEN_EVERY_SECONDS, (logins.idleSeconds || Infinity) / 20);
  }

  /** The refresh token's login, whatever its state. */
  async find(refreshToken: string): Promise<FoundRefreshToken | undefined> {
    const { entities, raw } = await this.familyOf(refreshToken)
      .addSelect('token.createdAt', 'issued_at')
      .addSelect('token.consumedAt', 'redeemed_at')
      .getRawAndEntities<{ issued_at: Date; redeemed_at: Date | null }>();
    const [family, row] = [entities[0], raw[0]];
    return family && row && { family, issuedAt: row.issued_at, redeemed: row.redeemed_at !== null };
  }

  /** The login of a refresh token that could be redeemed for the first time now, as far as both tell by themselves. */
  async findUnredeemed(refreshToken: string): Promise<FoundRefreshToken | undefined> {
    const found = await this.find(refreshToken);
    if (found === undefined || found.redeemed) return undefined;
    const { family } = found;
    const now = new Date();
    const isOver = family.endedAt !== null || family.expiresAt <= now || this.families.isIdle(family, now);
    return isOver ? undefined : found;
  }

  async store(transaction: EntityManager, refreshToken: string, familyId: string): Promise<void> {
    await transaction.insert(RefreshTokenEntity, { hash: this.hasher.hash(refreshToken), familyId });
  }

  /**
   * Redeems a refresh token that stays, with its event, in one statement: its login is not ended before that is committed.
   * @returns false: the login has ended, or the token was redeemed while its client's rotated
   */
  keep(db: Queries, { id, refreshToken }: Kept, event: AuditEvent): Promise<boolean> {
    return this.audit.appendIfDone(
      db,
      // First the lock to note with: beside one that is shared, of a parallel request, there is none.
      `${DUE},
       done AS (
         SELECT FROM families AS family JOIN refresh_tokens AS token ON token.family_id = $1 AND token.hash = $2
         WHERE (SELECT count(*) FROM due) >= 0 AND family.id = $1 AND family.ended_at IS NULL AND family.expires_at > now() AND token.consumed_at IS NULL
         FOR SHARE OF family),
       ${USED}`,
      [id, this.hasher.hash(refreshToken), this.useWrittenEverySeconds],
      event,
    );
  }

  /**
   * Redeems a refresh token that rotates, with its event. Grace and reuse are decided in one statement: of parallel
   * requests the first consumes the token, the others within the grace period pass as repeats of it, with the same
   * successor.
   * @returns false: it was redeemed before the grace period, or its login has ended
   */
  rotate(db: Queries, { id, presented, refreshToken }: Rotated, event: AuditEvent): Promise<boolean> {
    return this.audit.appendIfDone(
      db,
      `${DUE},
       done AS (
         UPDATE refresh_tokens AS token SET consumed_at = COALESCE(token.consumed_at, now())
         FROM families AS family
         WHERE token.family_id = $1 AND token.hash = $2
           AND family.id = $1 AND family.ended_at IS NULL AND family.expires_at > now()
           AND (token.consumed_at IS NULL OR ($4 > 0 AND token.consumed_at > now() - make_interval(secs => $4)))
         RETURNING 1),
       stored AS (
         INSERT INTO refresh_tokens (hash, family_id) SELECT $5, $1 FROM done
         ON CONFLICT (hash, family_id) DO NOTHING),
       ${USED}`,
      [id, this.hasher.hash(presented), this.useWrittenEverySeconds, this.graceSeconds, this.hasher.hash(refreshToken)],
      event,
    );
  }

  private familyOf(refreshToken: string) {
    const query = this.rows
      .createQueryBuilder('family')
      .innerJoin(RefreshTokenEntity, 'token', 'token.familyId = family.id AND token.hash = :hash', {
        hash: this.hasher.hash(refreshToken),
      });
    const id = loginIdOf(refreshToken);
    return id === undefined ? query : query.where('family.id = :id', { id });
  }
}
