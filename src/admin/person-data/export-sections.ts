import type { EntityManager } from 'typeorm';

/** One thing that is kept of a person, and where it stands among its kind. */
interface Kept {
  readonly key: string;
  readonly record: object;
}

interface Section {
  /** Before the first of all keys. */
  readonly first: string;
  /** $1 is the user id, $2 its names in the audit trail, $3 the key to go on after, $4 how many at most. */
  readonly sql: string;
}

/** Of rows that belong to a user, by a key of text. Nothing secret, not even hashed. */
function ofUser(table: string, key: string, columns: string): Section {
  return {
    first: '',
    sql: `SELECT kept.key, kept.record FROM (
            SELECT ${key}::text AS key, json_build_object(${columns}) AS record FROM ${table}
            WHERE user_id = $1 AND $2::text[] IS NOT NULL) AS kept
          WHERE kept.key COLLATE "C" > $3 ORDER BY kept.key COLLATE "C" LIMIT $4`,
  };
}

/** In the order in which they are exported. */
const SECTIONS = {
  memberships: ofUser('memberships', 'org_id', `'orgId', org_id, 'roles', roles, 'serviceRoles', service_roles`),
  groups: ofUser(
    'group_members JOIN groups ON groups.id = group_id',
    'group_id',
    `'id', group_id, 'name', name, 'orgId', org_id`,
  ),
  consents: ofUser(
    'consents',
    `client_id || ' ' || org_id`,
    `'clientId', client_id, 'orgId', org_id, 'scopes', scopes`,
  ),
  sessions: ofUser(
    'browser_sessions',
    'id',
    `'id', id, 'authTime', auth_time, 'lastUsedAt', last_used_at, 'expiresAt', expires_at, 'endedAt', ended_at`,
  ),
  logins: ofUser(
    'families',
    'id',
    `'id', id, 'clientId', client_id, 'orgId', org_id, 'scopes', scopes, 'actor', actor, 'sessionId', browser_session_id,
     'authTime', auth_time, 'createdAt', created_at, 'expiresAt', expires_at, 'endedAt', ended_at, 'endReason', end_reason`,
  ),
  apiTokens: ofUser(
    'api_tokens',
    'id',
    `'id', id, 'orgId', org_id, 'name', name, 'scopes', scopes, 'createdAt', created_at, 'expiresAt', expires_at,
     'lastUsedAt', last_used_at, 'deactivatedAt', deactivated_at`,
  ),
  auditEvents: {
    first: '0',
    sql: `SELECT id::text AS key, json_build_object('id', id::text, 'at', at, 'requestId', request_id, 'action', action,
            'outcome', outcome, 'error', error, 'reason', reason, 'dialect', dialect, 'grantType', grant_type,
            'clientId', client_id, 'subject', subject, 'actor', actor, 'orgId', org_id, 'jti', jti, 'family', family,
            'address', address) AS record
          FROM audit_events WHERE (subject = ANY($2) OR actor = ANY($2)) AND $1::text IS NOT NULL AND id > $3::bigint
          ORDER BY id LIMIT $4`,
  },
} as const satisfies Record<string, Section>;

export type SectionName = keyof typeof SECTIONS;
export const SECTION_NAMES = Object.keys(SECTIONS) as [SectionName, ...SectionName[]];

/** @param after the key to go on after; undefined: from the first */
export function readSection(
  manager: EntityManager,
  name: SectionName,
  person: { readonly id: string; readonly names: readonly string[] },
  after: string | undefined,
  limit: number,
): Promise<Kept[]> {
  const { first, sql } = SECTIONS[name];
  return manager.query<Kept[]>(sql, [person.id, person.names, after ?? first, limit]);
}
