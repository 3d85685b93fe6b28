import type pg from 'pg';
import { USERS } from './world';

/** Months before the present one in which the old logins expired. */
const MONTHS_AGO = [6, 5, 4, 3, 2];

const TABLES = ['families', 'refresh_tokens'];

interface Wanted {
  readonly logins: number;
  /** Of each login: all but the last are redeemed. */
  readonly tokens: number;
}

/** Logins of all users at both clients that have expired, with their refresh tokens, in partitions of their months. */
export async function fillWithOldLogins(db: pg.Client, { logins, tokens }: Wanted): Promise<void> {
  await db.query('SET synchronous_commit = off');
  for (const table of TABLES) await makeOldPartitions(db, table);
  const [from, to] = [startOfMonth(-6), startOfMonth(-1)];
  await db.query(
    `INSERT INTO families
       (id, client_id, user_id, org_id, scopes, auth_time, created_at, expires_at, last_used_at)
     SELECT
       (lpad(to_hex((extract(epoch FROM expiry) * 1000)::bigint), 12, '0') || '8' || substr(md5(n::text), 1, 3)
         || '8' || substr(md5(n::text), 4, 15))::uuid,
       (ARRAY['static', 'rotate'])[n % 2 + 1], 'user-' || n % $4, 'acme', '{openid,profile}',
       expiry - interval '90 days', expiry - interval '90 days', expiry, expiry
     FROM generate_series(1, $1::int) AS n, LATERAL (SELECT $2::timestamptz + ($3::timestamptz - $2) / $1 * (n - 1)) AS at (expiry)`,
    [logins, from, to, USERS.length],
  );
  await db.query(
    `INSERT INTO refresh_tokens (hash, family_id, consumed_at, created_at)
     SELECT rtrim(translate(encode(sha256((id::text || n)::bytea), 'base64'), '+/', '-_'), '='), id,
       CASE WHEN n < $1 THEN expires_at - interval '1 day' END, expires_at - interval '1 day'
     FROM families, generate_series(1, $1::int) AS n WHERE expires_at < $2`,
    [tokens, to],
  );
}

/** As if the service had made them in time: it has begun this month, with one partition for all that is earlier. */
async function makeOldPartitions(db: pg.Client, table: string): Promise<void> {
  await db.query(`DROP TABLE ${table}_earlier`);
  await db.query(
    `CREATE TABLE ${table}_earlier PARTITION OF ${table} FOR VALUES FROM (MINVALUE) TO ('${lowestId(startOfMonth(-6))}')`,
  );
  for (const ago of [...MONTHS_AGO, 1]) {
    const [from, to] = [startOfMonth(-ago), startOfMonth(1 - ago)];
    const name = `${table}_${from.toISOString().slice(0, 7).replace('-', '_')}`;
    const range = `FROM ('${lowestId(from)}') TO ('${lowestId(to)}')`;
    await db.query(`CREATE TABLE ${name} PARTITION OF ${table} FOR VALUES ${range}`);
  }
}

function startOfMonth(later: number): Date {
  const now = new Date();
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + later, 1));
}

/** Ids begin with milliseconds. */
function lowestId(at: Date): string {
  const hex = at.getTime().toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`;
}
