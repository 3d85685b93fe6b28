import type { Consumption } from '@gatehouse/grant-sdk';
import type { EntityManager } from 'typeorm';
import { GatehouseError } from '../errors/gatehouse-error';

/**
 * Marks something as used. Of parallel requests exactly one can, whatever `until` each has for it: no unique key spans
 * the partitions, so they come one by one. A statement of its own takes the lock, and the next one sees what those before
 * it have committed.
 * @throws {GatehouseError} `invalid_grant` when another request was first
 */
export async function consumeOnce(transaction: EntityManager, { kind, id, until }: Consumption): Promise<void> {
  const [lock] = await transaction.query<{ isolation: string }[]>(
    `SELECT pg_advisory_xact_lock(hashtextextended($1, 0)), current_setting('transaction_isolation') AS isolation`,
    [JSON.stringify(['consumption', kind, id])],
  );
  // A pooler, or options in DATABASE_URL, may have undone what the connection asks for.
  if (lock?.isolation !== 'read committed') {
    throw new Error(`What is used once needs READ COMMITTED, not ${lock?.isolation}: see DATABASE_URL and the pooler.`);
  }
  const rows = await transaction.query<unknown[]>(
    `INSERT INTO consumptions (kind, id, until) SELECT $1::text, $2::text, $3::timestamptz
     WHERE NOT EXISTS (SELECT FROM consumptions WHERE kind = $1 AND id = $2) RETURNING 1`,
    [kind, id, until],
  );
  if (rows.length === 0) {
    throw new GatehouseError('invalid_grant', 'What was presented has been used already.', {
      detail: `${kind} ${id} was used before`,
    });
  }
}
