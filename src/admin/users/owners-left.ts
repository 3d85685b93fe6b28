import type { EntityManager } from 'typeorm';
import { GatehouseError } from '../../errors/gatehouse-error';

/**
 * Sees to it that orgs which lose this owner have another who is enabled. Of two owners who take each other's role at
 * once, one waits here, and then finds itself the last.
 * @throws {GatehouseError} `state_conflict`
 */
export async function requireOtherOwner(
  transaction: EntityManager,
  userId: string,
  orgIds: readonly string[],
): Promise<void> {
  await transaction.query('SELECT 1 FROM orgs WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE', [orgIds]);
  const ownerless = await transaction.query<unknown[]>(
    `SELECT 1 FROM unnest($1::text[]) AS org (id) WHERE NOT EXISTS (
       SELECT 1 FROM memberships JOIN users ON users.id = user_id AND disabled_at IS NULL
       WHERE org_id = org.id AND user_id <> $2 AND memberships.roles && ARRAY['org_owner', 'csp:org_owner'])
     LIMIT 1`,
    [orgIds, userId],
  );
  if (ownerless.length > 0)
    throw new GatehouseError('state_conflict', 'An organization would be left without an owner.');
}
