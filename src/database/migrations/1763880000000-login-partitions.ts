import type { MigrationInterface, QueryRunner } from 'typeorm';
import { makeFirstPartitions } from '../partitions/first-partitions';

/** A UUID as `newLoginId` makes them, for a login that there is already: a day more, for its last access token. */
const NEW_ID = `(lpad(to_hex(ceil(extract(epoch FROM expires_at) * 1000)::bigint + 86400000), 12, '0') || '8'
  || substr(encode(uuid_send(id), 'hex'), 1, 3) || '8' || substr(encode(uuid_send(id), 'hex'), 18, 15))::uuid`;

const FAMILIES = `
  id uuid CONSTRAINT families_pkey PRIMARY KEY,
  parent_id uuid,
  client_id text NOT NULL CONSTRAINT families_client_id_fkey REFERENCES clients (id) ON DELETE CASCADE,
  user_id text NOT NULL CONSTRAINT families_user_id_fkey REFERENCES users (id) ON DELETE CASCADE,
  org_id text NOT NULL CONSTRAINT families_org_id_fkey REFERENCES orgs (id),
  scopes text[] NOT NULL,
  actor jsonb,
  auth_time timestamptz NOT NULL,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  ended_at timestamptz,
  end_reason text,
  browser_session_id uuid`;

const COLUMNS = `client_id, user_id, org_id, scopes, actor, auth_time, created_at, expires_at, ended_at, end_reason,
  browser_session_id`;

const INDEXED = ['parent_id', 'client_id', 'org_id', 'browser_session_id', 'user_id'];

/**
 * Logins and their refresh tokens in partitions by the time until which they may be needed, which their ids begin with.
 * Logins that are over are left behind. So are authorization codes, which name the logins that they would begin: whoever
 * is between the login page and the client logs in again.
 */
export class LoginPartitions1763880000000 implements MigrationInterface {
  readonly name = 'LoginPartitions1763880000000';

  async up(runner: QueryRunner): Promise<void> {
    // What is begun, rotated or ended between the copy and the drop would be lost, or alive again.
    await runner.query('LOCK TABLE families, refresh_tokens, authorization_codes IN ACCESS EXCLUSIVE MODE');
    await runner.query(`CREATE TEMP TABLE kept_families ON COMMIT DROP AS
      SELECT *, ${NEW_ID} AS new_id FROM families WHERE ended_at IS NULL AND expires_at > now()`);
    await runner.query('CREATE UNIQUE INDEX ON kept_families (id)');
    await runner.query(`CREATE TEMP TABLE kept_tokens ON COMMIT DROP AS
      SELECT token.*, family.new_id FROM refresh_tokens AS token JOIN kept_families AS family ON family.id = token.family_id`);
    await runner.query('DROP TABLE refresh_tokens, families');
    await runner.query('TRUNCATE authorization_codes');

    await runner.query(
      `CREATE TABLE families (${FAMILIES}, last_used_at timestamptz NOT NULL) PARTITION BY RANGE (id)`,
    );
    for (const column of INDEXED) {
      await runner.query(`CREATE INDEX families_${column}_idx ON families (${column})`);
    }
    await runner.query('CREATE INDEX families_living_idx ON families (user_id, client_id, id) WHERE ended_at IS NULL');
    await runner.query(`CREATE TABLE refresh_tokens (
      hash text NOT NULL,
      family_id uuid NOT NULL,
      consumed_at timestamptz,
      created_at timestamptz NOT NULL DEFAULT now(),
      CONSTRAINT refresh_tokens_pkey PRIMARY KEY (hash, family_id)) PARTITION BY RANGE (family_id)`);

    const periods = { key: 'uuid', period: 'month', ahead: 13 } as const;
    await makeFirstPartitions(runner, { table: 'families', column: 'id', ...periods });
    await makeFirstPartitions(runner, { table: 'refresh_tokens', column: 'family_id', ...periods });

    await runner.query(`INSERT INTO families (id, parent_id, last_used_at, ${COLUMNS})
      SELECT new_id, (SELECT new_id FROM kept_families AS parent WHERE parent.id = kept.parent_id), now(), ${COLUMNS}
      FROM kept_families AS kept`);
    await runner.query(`INSERT INTO refresh_tokens (hash, family_id, consumed_at, created_at)
      SELECT hash, new_id, consumed_at, created_at FROM kept_tokens`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('LOCK TABLE families, refresh_tokens IN ACCESS EXCLUSIVE MODE');
    await runner.query('CREATE TEMP TABLE kept_families ON COMMIT DROP AS SELECT * FROM families');
    await runner.query('CREATE UNIQUE INDEX ON kept_families (id)');
    await runner.query('CREATE TEMP TABLE kept_tokens ON COMMIT DROP AS SELECT * FROM refresh_tokens');
    await runner.query('DROP TABLE refresh_tokens, families');
    await runner.query(`CREATE TABLE families (${FAMILIES})`);
    for (const column of INDEXED) {
      await runner.query(`CREATE INDEX families_${column}_idx ON families (${column})`);
    }
    await runner.query(`CREATE TABLE refresh_tokens (
      hash text CONSTRAINT refresh_tokens_pkey PRIMARY KEY,
      family_id uuid NOT NULL CONSTRAINT refresh_tokens_family_id_fkey REFERENCES families (id) ON DELETE CASCADE,
      consumed_at timestamptz,
      created_at timestamptz NOT NULL DEFAULT now())`);
    await runner.query('CREATE INDEX refresh_tokens_family_id_idx ON refresh_tokens (family_id)');
    await runner.query(`INSERT INTO families (id, parent_id, ${COLUMNS})
      SELECT id, (SELECT id FROM kept_families AS parent WHERE parent.id = kept.parent_id), ${COLUMNS}
      FROM kept_families AS kept`);
    await runner.query(`INSERT INTO refresh_tokens (hash, family_id, consumed_at, created_at)
      SELECT hash, family_id, consumed_at, created_at FROM kept_tokens
      WHERE EXISTS (SELECT FROM kept_families AS family WHERE family.id = family_id)`);
    await runner.query(`ALTER TABLE families ADD CONSTRAINT families_parent_id_fkey
      FOREIGN KEY (parent_id) REFERENCES families (id) ON DELETE CASCADE`);
  }
}
