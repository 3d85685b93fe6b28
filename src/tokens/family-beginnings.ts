import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { AuditEvent } from '../audit/audit-event';
import { BrowserSessions } from '../browser-sessions/browser-sessions';
import { Configuration } from '../config/configuration';
import { GatehouseError } from '../errors/gatehouse-error';
import { Families, lowestLiving } from './families';
import { FamilyEntity } from './family.entity';
import { holdParties } from './parties';

export type NewFamily = Omit<FamilyEntity, 'lastUsedAt' | 'answeredAt' | 'endedAt' | 'endReason'>;

interface Beginning {
  /** The org that owns the client. */
  readonly ownerId: string;
  /** When the request came that decided on the login. */
  readonly since: Date;
  /** Of the request, for those of logins that go. */
  readonly event: AuditEvent;
}

/** A statement has seconds. */
const ENDED_AT_ONCE = 10_000;

/**
 * Of living logins of user $1 at client $2, all but $4, those past the first $5: ancestors of $4 are the last to go. Use of
 * a login that comes from one is use of that.
 */
const SURPLUS = `
  WITH RECURSIVE ancestor AS (
    SELECT parent_id AS id FROM families WHERE id = $4 AND parent_id IS NOT NULL
    UNION ALL
    SELECT parent_id FROM families JOIN ancestor USING (id) WHERE parent_id IS NOT NULL)
  SELECT id, user_id AS "userId", client_id AS "clientId", org_id AS "orgId", is_ancestor AS "isAncestor"
  FROM families, LATERAL (SELECT
    id IN (SELECT ancestor.id FROM ancestor) AS is_ancestor,
    GREATEST(last_used_at, (
      SELECT max(child.last_used_at) FROM families AS child
      WHERE child.parent_id = families.id AND child.id >= $3
        AND child.ended_at IS NULL AND child.expires_at > now())) AS used_at) AS standing
  WHERE user_id = $1 AND client_id = $2 AND id >= $3 AND id <> $4 AND ended_at IS NULL AND expires_at > now()
  ORDER BY is_ancestor DESC, used_at DESC, created_at DESC OFFSET $5 LIMIT $6`;

/**
 * Begins logins. A user has only so many at one client: as another begins, the one ends that was not used for longest.
 */
@Injectable()
export class FamilyBeginnings {
  private readonly most: number;
  /** From so many on there could be too many: no hundred begin at once, each without knowing of the others. */
  private readonly many: number;

  constructor(
    private readonly families: Families,
    private readonly sessions: BrowserSessions,
    { logins }: Configuration,
  ) {
    this.most = logins.mostPerUserAndClient;
    this.many = Math.max(0, Math.min(Math.ceil(this.most / 2), this.most - 100));
  }

  /**
   * @throws {GatehouseError} `invalid_grant` when what it rests on has ended, or when the logins that it comes from are
   * as many as the user may have
   */
  async begin(transaction: EntityManager, family: NewFamily, { ownerId, since, event }: Beginning): Promise<void> {
    if (!(await holdParties(transaction, { ...family, ownerId }, since))) {
      throw over('its user, client or org was disabled or revoked meanwhile');
    }
    const mayBeTooMany = await this.haveBegun(transaction, family, this.many);
    // Before any login is held: whoever has this lock ends logins.
    if (mayBeTooMany) await this.lockNumber(transaction, family);
    const { parentId, browserSessionId } = family;
    if (browserSessionId !== null && !(await this.sessions.holdOpen(transaction, browserSessionId))) {
      throw over('the user has logged out');
    }
    const parentEnd = parentId === null ? undefined : await this.families.requireAlive(transaction, parentId);
    const expiresAt = parentEnd !== undefined && parentEnd < family.expiresAt ? parentEnd : family.expiresAt;
    await transaction.insert(FamilyEntity, { ...family, expiresAt, lastUsedAt: family.createdAt });
    if (mayBeTooMany && (await this.haveBegun(transaction, family, this.most + 1))) {
      await this.endSurplus(transaction, family, event);
    }
  }

  /** Are there at least so many? */
  private async haveBegun(
    transaction: EntityManager,
    { userId, clientId }: NewFamily,
    number: number,
  ): Promise<boolean> {
    const [row] = await transaction.query<{ count: number }[]>(
      `SELECT count(*)::int FROM (
         SELECT FROM families
         WHERE user_id = $1 AND client_id = $2 AND id >= $3 AND ended_at IS NULL AND expires_at > now() LIMIT $4) AS live`,
      [userId, clientId, lowestLiving(), number],
    );
    return row !== undefined && row.count >= number;
  }

  private async lockNumber(transaction: EntityManager, { userId, clientId }: NewFamily): Promise<void> {
    await transaction.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [
      `logins of ${userId} at ${clientId}`,
    ]);
  }

  private async endSurplus(
    transaction: EntityManager,
    { id, userId, clientId }: NewFamily,
    event: AuditEvent,
  ): Promise<void> {
    const surplus = await transaction.query<Surplus[]>(SURPLUS, [
      ...[userId, clientId, lowestLiving(), id],
      ...[this.most - 1, ENDED_AT_ONCE],
    ]);
    if (surplus.some(({ isAncestor }) => isAncestor)) throw over('too many logins come from one another');
    await this.families.endRecorded(transaction, surplus, 'the user has too many logins at the client', event);
  }
}

type Surplus = Pick<FamilyEntity, 'id' | 'userId' | 'clientId' | 'orgId'> & { readonly isAncestor: boolean };

function over(detail: string): GatehouseError {
  return new GatehouseError('invalid_grant', 'The login has ended.', { detail });
}
