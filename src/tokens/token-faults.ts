/** In few tokens somebody acts, and planning this takes time. */
const OF_ACTORS = `
    WHEN EXISTS (
      SELECT FROM unnest(asked.acting_clients) AS acting (id)
      LEFT JOIN clients AS actor ON actor.id = acting.id AND actor.disabled_at IS NULL
      LEFT JOIN orgs AS home ON home.id = actor.org_id AND home.disabled_at IS NULL
      WHERE home.id IS NULL OR asked.issued < GREATEST(actor.tokens_valid_from, home.tokens_valid_from))
      OR EXISTS (
      SELECT FROM unnest(asked.acting_people) AS acting (id)
      LEFT JOIN users AS actor ON actor.id = acting.id AND actor.disabled_at IS NULL
      WHERE actor.id IS NULL OR asked.issued < actor.tokens_valid_from)
      THEN 'who acts in it is disabled or gone, or was'`;

/**
 * A fault, or none, for each token: the first that is found. `client` and `person` are null where there is none to look
 * for. Logins $2 and revoked tokens $3, $4 are looked for by values, from which PostgreSQL knows the partitions.
 */
const faults = (ofActors: string) => `
  WITH alive AS (SELECT id FROM families WHERE id = ANY ($2::uuid[]) AND ended_at IS NULL),
  revoked AS (SELECT jti FROM revoked_tokens WHERE jti = ANY ($3::text[]) AND until = ANY ($4::timestamptz[]))
  SELECT asked.place, CASE
    WHEN asked.jti IN (SELECT jti FROM revoked) THEN 'it was revoked'
    WHEN asked.family IS NOT NULL AND asked.family NOT IN (SELECT id FROM alive) THEN 'its login has ended'
    WHEN asked.client IS NOT NULL AND client.id IS NULL THEN 'its client is disabled or gone'
    WHEN org.id IS NULL THEN 'its org is disabled or gone'
    WHEN asked.person IS NOT NULL AND person.id IS NULL THEN 'its user is disabled or gone'
    WHEN asked.person IS NOT NULL AND membership.user_id IS NULL THEN 'its user has no part in the org any more'
    WHEN asked.person IS NULL AND client.org_id <> asked.org AND asked.org <> ALL (client.allowed_orgs)
      THEN 'its client has no part in the org any more'
    ${ofActors}
    WHEN asked.issued < GREATEST(client.tokens_valid_from, owner.tokens_valid_from, org.tokens_valid_from,
                                 person.tokens_valid_from, membership.tokens_valid_from)
      THEN 'it is from before its client, org or user was disabled, or its tokens were revoked'
  END AS fault
  FROM json_to_recordset($1) AS asked (
    place int, jti text, family uuid, client text, org text, person text, issued timestamptz,
    acting_clients text[], acting_people text[])
  LEFT JOIN (clients AS client JOIN orgs AS owner ON owner.id = client.org_id AND owner.disabled_at IS NULL)
    ON client.id = asked.client AND client.disabled_at IS NULL
  LEFT JOIN orgs AS org ON org.id = asked.org AND org.disabled_at IS NULL
  LEFT JOIN users AS person ON person.id = asked.person AND person.disabled_at IS NULL
  LEFT JOIN memberships AS membership ON membership.user_id = asked.person AND membership.org_id = asked.org`;

export const FAULTS = faults('');
export const FAULTS_WITH_ACTORS = faults(OF_ACTORS);
