import type { EntityManager } from 'typeorm';

/** Whom a login is of. */
export interface Parties {
  readonly userId: string;
  readonly orgId: string;
  readonly clientId: string;
  /** The org that owns the client. */
  readonly ownerId: string;
}

type Party = `${'user' | 'org' | 'client'} ${string}`;

const USER_IS_AS_BEFORE = `person.disabled_at IS NULL
  AND COALESCE(GREATEST(person.tokens_valid_from, person.logins_valid_from) <= $1, true)`;

/**
 * Holds whom a login is of until the transaction is over, beside others who do. Whoever ends things of one of them
 * {@link lockParty locks} it first: either it waits, and ends what is begun here, too, or this waits, and finds that the
 * request is from before. Locks of rows would do, but PostgreSQL lets new sharers pass whoever waits to end something.
 * @param since when the request came that decided on what is to begin
 * @returns false: one of the parties was disabled, is gone, or was revoked after that
 */
export async function holdParties(transaction: EntityManager, parties: Parties, since: Date): Promise<boolean> {
  const { userId, orgId, clientId, ownerId } = parties;
  await hold(transaction, [`user ${userId}`, `org ${orgId}`, `client ${clientId}`, `org ${ownerId}`]);
  // A statement of its own: it is to see what was committed while this waited.
  const rows = await transaction.query<unknown[]>(
    `SELECT 1 FROM users AS person
     JOIN memberships AS membership ON membership.user_id = person.id AND membership.org_id = $3
     JOIN orgs AS org ON org.id = $3 AND org.disabled_at IS NULL
     JOIN clients AS client ON client.id = $4 AND client.disabled_at IS NULL
     JOIN orgs AS owner ON owner.id = client.org_id AND owner.disabled_at IS NULL
     WHERE person.id = $2 AND ${USER_IS_AS_BEFORE}
       AND COALESCE(GREATEST(membership.tokens_valid_from, org.tokens_valid_from, client.tokens_valid_from,
                             owner.tokens_valid_from) <= $1, true)`,
    [since, userId, orgId, clientId],
  );
  return rows.length > 0;
}

/** {@link holdParties} for what a user has by itself. */
export async function holdUser(transaction: EntityManager, userId: string, since: Date): Promise<boolean> {
  await hold(transaction, [`user ${userId}`]);
  const rows = await transaction.query<unknown[]>(
    `SELECT 1 FROM users AS person WHERE person.id = $2 AND ${USER_IS_AS_BEFORE}`,
    [since, userId],
  );
  return rows.length > 0;
}

/** For who ends things of a party: nothing of it begins until the transaction is over. */
export async function lockParty(transaction: EntityManager, party: Party): Promise<void> {
  await transaction.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [party]);
}

/** All in one order, so that no two wait for each other. */
async function hold(transaction: EntityManager, parties: readonly Party[]): Promise<void> {
  await transaction.query(
    `SELECT pg_advisory_xact_lock_shared(key) FROM (
       SELECT DISTINCT hashtextextended(party, 0) AS key FROM unnest($1::text[]) AS party ORDER BY key) AS sorted`,
    [parties],
  );
}
