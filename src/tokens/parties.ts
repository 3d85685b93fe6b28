import type { EntityManager } from 'typeorm';

/** Whom a login is of. */
export interface Parties {
  readonly userId: string;
  readonly orgId: string;
  readonly clientId: string;
}

const UNTOUCHED_USER = `person.disabled_at IS NULL
  AND COALESCE(GREATEST(person.tokens_valid_from, person.logins_valid_from) <= $1, true)`;

/**
 * Holds the parties until the transaction is over. Who disables or revokes one of them locks it first: either it waits,
 * and ends what is begun here, too, or this waits, and finds that the request is from before.
 * @param since when the request came that decided on what is to begin
 * @returns false: one of the parties was disabled, is gone, or was revoked after that
 */
export async function holdParties(
  transaction: EntityManager,
  { userId, orgId, clientId }: Parties,
  since: Date,
): Promise<boolean> {
  const rows = await transaction.query<unknown[]>(
    `SELECT 1 FROM users AS person
     JOIN memberships AS membership ON membership.user_id = person.id AND membership.org_id = $3
     JOIN orgs AS org ON org.id = $3 AND org.disabled_at IS NULL
     JOIN clients AS client ON client.id = $4 AND client.disabled_at IS NULL
     JOIN orgs AS owner ON owner.id = client.org_id AND owner.disabled_at IS NULL
     WHERE person.id = $2 AND ${UNTOUCHED_USER}
       AND COALESCE(GREATEST(membership.tokens_valid_from, org.tokens_valid_from, client.tokens_valid_from,
                             owner.tokens_valid_from) <= $1, true)
     FOR SHARE`,
    [since, userId, orgId, clientId],
  );
  return rows.length > 0;
}

/** {@link holdParties} for what a user has by itself. */
export async function holdUser(transaction: EntityManager, userId: string, since: Date): Promise<boolean> {
  const rows = await transaction.query<unknown[]>(
    `SELECT 1 FROM users AS person WHERE person.id = $2 AND ${UNTOUCHED_USER} FOR SHARE`,
    [since, userId],
  );
  return rows.length > 0;
}
