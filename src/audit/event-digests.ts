/**
 * SQL of what the audit chain covers. Worked out by PostgreSQL alone, so that no event has to leave it; JSON, because it
 * keeps columns apart and reads the same whatever the session's settings are.
 */

/** How an erased person is named in the trail; a regular expression of PostgreSQL. */
const PSEUDONYM = 'erased-[A-Za-z0-9_-]{43}';

/** Subject, actor and reason, or what they were before the erasure of a person. */
const PERSONAL_DIGEST = `COALESCE(personal_digest, ${sha256Of('json_build_array(salt, subject, actor, reason)')})`;

/**
 * What an erasure sets beside the names that it replaces, in the same UPDATE of `audit_events`. The chain stays whole, and
 * without the salt nobody can try who it was.
 */
export const KEEPS_DIGEST = `personal_digest = ${PERSONAL_DIGEST}, salt = NULL`;

/** Of one row of `audit_events`. */
export const EVENT_DIGEST = sha256Of(`json_build_array(
  id, ${utc('at')}, request_id, action, outcome, error, dialect, grant_type, client_id, org_id, jti, family, address,
  encode(${PERSONAL_DIGEST}, 'hex'))`);

/** True of a row of `audit_events` whose person was not erased, or with an event that says so. */
export const LAWFUL = `(audit_events.personal_digest IS NULL OR EXISTS (
  SELECT FROM regexp_matches(
    concat_ws(' ', audit_events.subject, audit_events.actor, audit_events.reason), '${PSEUDONYM}', 'g') AS named
  JOIN audit_events AS erasure ON erasure.subject = named[1] AND erasure.action = 'person.erase'))`;

/**
 * Of a seal.
 * @param seal a relation with the columns of `audit_seals`
 * @param digests those of its events, in the order of their ids, as one `bytea`
 */
export function sealHash(seal: string, digests: string): string {
  const header = `json_build_array(${seal}.id, ${seal}.last_event, ${seal}.events, ${utc(`${seal}.sealed_at`)})`;
  return `sha256(${seal}.prev || convert_to(${header}::text, 'UTF8') || ${digests})`;
}

function sha256Of(json: string): string {
  return `sha256(convert_to(${json}::text, 'UTF8'))`;
}

function utc(moment: string): string {
  return `to_char(${moment} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US')`;
}
