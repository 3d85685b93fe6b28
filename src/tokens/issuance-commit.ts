import { Injectable } from '@nestjs/common';
import type { Consumption } from '@gatehouse/grant-sdk';
import type { EntityManager } from 'typeorm';
import type { AuditEvent } from '../audit/audit-event';
import { AuditLog } from '../audit/audit-log';
import { BrowserSessions } from '../browser-sessions/browser-sessions';
import { UnitOfWork } from '../database/unit-of-work';
import { GatehouseError } from '../errors/gatehouse-error';
import { Families } from './families';
import type { Issuance } from './issuance';
import type { SessionPlan } from './session-plan';

type Beginning = Extract<SessionPlan, { kind: 'begin' }>;

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
  constructor(
    private readonly work: UnitOfWork,
    private readonly audit: AuditLog,
    private readonly families: Families,
    private readonly browserSessions: BrowserSessions,
  ) {}

  /**
   * Resolves after the commit.
   * @throws {GatehouseError} `invalid_grant` or `invalid_refresh_token` when another request was first
   */
  async commit(issuance: Issuance, consume: readonly Consumption[], event: AuditEvent): Promise<void> {
    const { session } = issuance;
    if (session === undefined && consume.length === 0) return this.audit.append(event);
    try {
      await this.work.run(async (transaction) => {
        for (const consumption of consume) await consumeOnce(transaction, consumption);
        if (session !== undefined) await this.store(transaction, session, issuance);
        await this.audit.appendIn(transaction, event);
      });
    } catch (error) {
      if (error instanceof RefreshTokenReused) {
        await this.families.endForReuse(error.familyId, 'a refresh token was redeemed again after its grace period', {
          id: event.requestId,
          address: event.address ?? '',
        });
      }
      throw error;
    }
  }

  private async store(transaction: EntityManager, session: SessionPlan, issuance: Issuance): Promise<void> {
    switch (session.kind) {
      case 'begin':
        return this.begin(transaction, session, issuance);
      case 'rotate': {
        const redeemed = await this.families.rotate(transaction, session.presented, session.refreshToken);
        if (!redeemed) throw new RefreshTokenReused(session.id);
        return;
      }
      case 'keep':
        await this.requireAlive(transaction, session.id, 'invalid_refresh_token');
        if (await this.families.isUnused(transaction, session.refreshToken)) return;
        throw new GatehouseError('invalid_refresh_token', 'Invalid refresh token.', {
          detail: "it was used up while the client's refresh tokens rotated",
        });
      case 'join':
        await this.requireAlive(transaction, session.id, 'invalid_grant');
    }
  }

  private async begin(transaction: EntityManager, plan: Beginning, issuance: Issuance): Promise<void> {
    const family = familyOf(plan, issuance);
    if (plan.browserSession !== undefined) await this.requireOpen(transaction, plan.browserSession);
    const parentEnd = plan.parent && (await this.requireAlive(transaction, plan.parent, 'invalid_grant'));
    const expiresAt = parentEnd && parentEnd < family.expiresAt ? parentEnd : family.expiresAt;
    await this.families.begin(transaction, { ...family, expiresAt }, plan.refreshToken);
  }

  private async requireOpen(transaction: EntityManager, browserSession: string): Promise<void> {
    if (await this.browserSessions.holdOpen(transaction, browserSession)) return;
    throw new GatehouseError('invalid_grant', 'The login has ended.', { detail: 'the user has logged out' });
  }

  private async requireAlive(
    transaction: EntityManager,
    family: string,
    code: 'invalid_grant' | 'invalid_refresh_token',
  ): Promise<Date> {
    const expiresAt = await this.families.holdAlive(transaction, family);
    if (expiresAt !== undefined) return expiresAt;
    const message = code === 'invalid_grant' ? 'The login has ended.' : 'Invalid refresh token.';
    throw new GatehouseError(code, message, { detail: `family ${family} has ended` });
  }
}

/** An INSERT under a unique key: of parallel ones exactly one hits a row. */
async function consumeOnce(transaction: EntityManager, { kind, id, until }: Consumption): Promise<void> {
  const rows = await transaction.query<unknown[]>(
    'INSERT INTO consumptions (kind, id, until) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING 1',
    [kind, id, until],
  );
  if (rows.length === 0) {
    throw new GatehouseError('invalid_grant', 'What was presented has been used already.', {
      detail: `${kind} ${id} was used before`,
    });
  }
}

function familyOf(plan: Beginning, issuance: Issuance) {
  const { subject, client, org, loginScopes, actor, authTime } = issuance;
  const createdAt = new Date();
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
    createdAt,

    expiresAt: new Date(createdAt.getTime() + plan.seconds * 1_000),
  };
}
