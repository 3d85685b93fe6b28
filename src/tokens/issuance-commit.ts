import { Injectable, Logger } from '@nestjs/common';
import type { Consumption } from '@gatehouse/grant-sdk';
import type { EntityManager } from 'typeorm';
import type { AuditEvent } from '../audit/audit-event';
import { AuditLog } from '../audit/audit-log';
import { UnitOfWork } from '../database/unit-of-work';
import { GatehouseError } from '../errors/gatehouse-error';
import { consumeOnce } from './consume-once';
import { Families } from './families';
import { FamilyBeginnings } from './family-beginnings';
import type { Issuance } from './issuance';
import { RefreshTokens } from './refresh-tokens';
import type { SessionPlan } from './session-plan';

type Beginning = Extract<SessionPlan, { kind: 'begin' }>;
type Redemption = Extract<SessionPlan, { kind: 'keep' | 'rotate' }>;

/** A refresh token was presented again after its grace period. */
class RefreshTokenReused extends GatehouseError {
  constructor(readonly familyId: string) {
    super('invalid_refresh_token', 'Invalid refresh token.', {
      detail: 'the refresh token was redeemed before, or its login has ended meanwhile',
    });
  }
}

/** Makes an issuance durable: what it uses up, its login and its audit event are committed together or not at all. */
@Injectable()
export class IssuanceCommit {
  private readonly logger = new Logger(IssuanceCommit.name);

  constructor(
    private readonly work: UnitOfWork,
    private readonly audit: AuditLog,
    private readonly families: Families,
    private readonly beginnings: FamilyBeginnings,
    private readonly refreshTokens: RefreshTokens,
  ) {}

  /**
   * Resolves after the commit.
   * @param since when the request came that decided on it
   * @throws {GatehouseError} `invalid_grant` or `invalid_refresh_token` when another request was first
   */
  async commit(issuance: Issuance, consume: readonly Consumption[], event: AuditEvent, since: Date): Promise<void> {
    const { session } = issuance;
    if (session === undefined && consume.length === 0) return this.audit.append(event);
    const isOneStatement = consume.length === 0 && (session?.kind === 'keep' || session?.kind === 'rotate');
    try {
      if (isOneStatement) return await this.work.runStatement((database) => this.redeem(database, session, event));
      await this.work.run(async (transaction) => {
        for (const consumption of consume) await consumeOnce(transaction, consumption);
        await this.store(transaction, session, issuance, event, since);
      });
      if (session?.kind === 'begin' && session.isNamed) await this.markAnswered(session.id);
    } catch (error) {
      if (error instanceof RefreshTokenReused) {
        const because = 'a refresh token was redeemed again after its grace period';
        await this.families.endForReuse(error.familyId, because, event);
      }
      throw error;
    }
  }

  /** Unmarked, another use of what the login began with is only refused: no reason to keep the tokens back. */
  private async markAnswered(login: string): Promise<void> {
    try {
      await this.families.markAnswered(login);
    } catch (error) {
      this.logger.warn(`Login ${login} is not marked as answered: ${String(error)}`);
    }
  }

  /** Whatever becomes of the login, and the event. */
  private async store(
    transaction: EntityManager,
    session: SessionPlan | undefined,
    issuance: Issuance,
    event: AuditEvent,
    since: Date,
  ): Promise<void> {
    if (session?.kind === 'keep' || session?.kind === 'rotate') return this.redeem(transaction, session, event);
    if (session?.kind === 'begin') await this.begin(transaction, session, issuance, event, since);
    if (session?.kind === 'join') await this.families.requireAlive(transaction, session.id);
    await this.audit.appendIn(transaction, event);
  }

  private async redeem(database: EntityManager, session: Redemption, event: AuditEvent): Promise<void> {
    if (session.kind === 'rotate') {
      if (await this.refreshTokens.rotate(database, session, event)) return;
      throw new RefreshTokenReused(session.id);
    }
    if (await this.refreshTokens.keep(database, session, event)) return;
    throw new GatehouseError('invalid_refresh_token', 'Invalid refresh token.', {
      detail: `family ${session.id} has ended, or it was used up while the client's refresh tokens rotated`,
    });
  }

  private async begin(
    transaction: EntityManager,
    plan: Beginning,
    issuance: Issuance,
    event: AuditEvent,
    since: Date,
  ): Promise<void> {
    const ownerId = issuance.client.org.id;
    await this.beginnings.begin(transaction, familyOf(plan, issuance), { ownerId, since, event });
    if (plan.refreshToken !== undefined) await this.refreshTokens.store(transaction, plan.refreshToken, plan.id);
  }
}

function familyOf(plan: Beginning, issuance: Issuance) {
  const { subject, client, org, loginScopes, actor, authTime } = issuance;
  if (subject.kind !== 'user') throw new Error('Only a user can have a login.');
  return {
    id: plan.id,
    parentId: plan.parent ?? null,
    browserSessionId: plan.browserSession ?? null,
    clientId: client.id,
    userId: subject.member.person.id,
    orgId: org.id,
    scopes: [...loginScopes],
    actor: actor ?? null,
    authTime: new Date(authTime * 1_000),
    createdAt: plan.createdAt,
    expiresAt: plan.expiresAt,
  };
}
