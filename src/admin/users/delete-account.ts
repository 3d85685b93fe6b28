import type { EntityManager } from 'typeorm';
import { userName } from '../../tokens/subject-name';
import { UserEntity } from '../../users/user.entity';

/** Logins that one statement deletes at most: it has seconds. */
const BATCH = 5_000;

/**
 * Deletes a user with its memberships, groups, sessions, codes, consents, API tokens and logins, and the logins of others
 * in which it acts for them.
 */
export async function deleteAccount(transaction: EntityManager, user: UserEntity): Promise<void> {
  let deleted: number;
  do {
    [, deleted] = await transaction.query<[unknown[], number]>(
      'DELETE FROM families WHERE id IN (SELECT id FROM families WHERE user_id = $1 LIMIT $2)',
      [user.id, BATCH],
    );
  } while (deleted > 0);
  await transaction.query(
    `DELETE FROM families WHERE actor IS NOT NULL AND jsonb_path_exists(actor, '$.**.sub ? (@ == $name)', $1)`,
    [JSON.stringify({ name: userName(user) })],
  );
  // The rest goes with it: ON DELETE CASCADE.
  await transaction.delete(UserEntity, { id: user.id });
}
