import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Configuration } from '../config/configuration';
import { Families, lowestLiving } from './families';
import { FamilyEntity } from './family.entity';

const TOO_MANY = 'the user has too many logins at the client';

/** A statement has seconds. */
const ENDED_AT_ONCE = 10_000;

export type NewFamily = Omit<FamilyEntity, 'lastUsedAt' | 'endedAt' | 'endReason'>;

/**
 * Begins logins. A user has only so many at one client: past that the one goes that was not used for longest, unless
 * others come from it. Logins that begin in the same moment may exceed the number until the next one.
 */
@Injectable()
export class FamilyBeginnings {
  private readonly mostPerUserAndClient: number;

  constructor(
    private readonly families: Families,
    { logins }: Configuration,
  ) {
    this.mostPerUserAndClient = logins.mostPerUserAndClient;
  }

  /** @param request that begins it, for the events of logins that go */
  async begin(transaction: EntityManager, family: NewFamily, request: { id: string; address: string }): Promise<void> {
    await transaction.insert(FamilyEntity, { ...family, lastUsedAt: family.createdAt });
    if (!(await this.areTooMany(transaction, family))) return;
    await transaction.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [
      `logins of ${family.userId} at ${family.clientId}`,
    ]);
    const surplus = await this.surplus(transaction, family);
    await this.families.endRecorded(transaction, surplus, TOO_MANY, request);
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
  private surplus(transaction: EntityManager, { id, userId, clientId }: NewFamily) {
    return transaction.query<Pick<FamilyEntity, 'id' | 'clientId' | 'orgId'>[]>(
      `SELECT id, client_id AS "clientId", org_id AS "orgId" FROM families WHERE id IN (
         SELECT id FROM families
         WHERE user_id = $1 AND client_id = $2 AND id >= $3 AND id <> $4 AND ended_at IS NULL AND expires_at > now()
         ORDER BY last_used_at DESC, created_at DESC OFFSET $5 LIMIT $6)
       AND ended_at IS NULL AND NOT EXISTS (
         SELECT FROM families AS child
         WHERE child.parent_id = families.id AND child.id >= $3 AND child.ended_at IS NULL AND child.expires_at > now())
       FOR NO KEY UPDATE OF families SKIP LOCKED`,
      [userId, clientId, lowestLiving(), id, this.mostPerUserAndClient - 1, ENDED_AT_ONCE],
    );
  }
}
