import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What people may, whom else to believe, and the logins that tokens belong to. */
export class Logins1763790000000 implements MigrationInterface {
  readonly name = 'Logins1763790000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE users ADD email_key text NOT NULL DEFAULT ''`);
    await runner.query('UPDATE users SET email_key = lower(email)');
    await runner.query('ALTER TABLE users ALTER email_key DROP DEFAULT');
    await runner.query('CREATE INDEX users_email_key_idx ON users (email_key)');
    await runner.query('CREATE INDEX users_username_key_idx ON users (username_key)');

    await runner.query(`CREATE TABLE service_definitions (
      id text CONSTRAINT service_definitions_pkey PRIMARY KEY,
      name text NOT NULL,
      roles jsonb NOT NULL)`);

    await runner.query(`CREATE TABLE groups (
      id text CONSTRAINT groups_pkey PRIMARY KEY,
      name text NOT NULL,
      org_id text NOT NULL CONSTRAINT groups_org_id_fkey REFERENCES orgs (id))`);

    await runner.query(`CREATE TABLE group_members (
      group_id text NOT NULL CONSTRAINT group_members_group_id_fkey REFERENCES groups (id) ON DELETE CASCADE,
      user_id text NOT NULL CONSTRAINT group_members_user_id_fkey REFERENCES users (id) ON DELETE CASCADE,
      CONSTRAINT group_members_pkey PRIMARY KEY (group_id, user_id))`);
    await runner.query('CREATE INDEX group_members_user_id_idx ON group_members (user_id)');

    await runner.query(`CREATE TABLE memberships (
      user_id text NOT NULL CONSTRAINT memberships_user_id_fkey REFERENCES users (id) ON DELETE CASCADE,
      org_id text NOT NULL CONSTRAINT memberships_org_id_fkey REFERENCES orgs (id) ON DELETE CASCADE,
      roles text[] NOT NULL,
      service_roles jsonb NOT NULL,
      CONSTRAINT memberships_pkey PRIMARY KEY (user_id, org_id))`);

    await runner.query(`CREATE TABLE trusted_issuers (
      issuer text CONSTRAINT trusted_issuers_pkey PRIMARY KEY,
      org_id text NOT NULL CONSTRAINT trusted_issuers_org_id_fkey REFERENCES orgs (id),
      jwks jsonb,
      jwks_uri text,
      private_address boolean NOT NULL,
      subject_claim text NOT NULL)`);

    await runner.query(`CREATE TABLE api_tokens (
      id uuid DEFAULT gen_random_uuid() CONSTRAINT api_tokens_pkey PRIMARY KEY,
      hash text NOT NULL,
      user_id text NOT NULL CONSTRAINT api_tokens_user_id_fkey REFERENCES users (id) ON DELETE CASCADE,
      org_id text NOT NULL CONSTRAINT api_tokens_org_id_fkey REFERENCES orgs (id),
      name text NOT NULL,
      scopes text[],
      expires_at timestamptz,
      last_used_at timestamptz,
      deactivated_at timestamptz,
      created_at timestamptz NOT NULL DEFAULT now())`);
    await runner.query('CREATE UNIQUE INDEX api_tokens_hash_key ON api_tokens (hash)');

    await runner.query(`CREATE TABLE families (
      id uuid CONSTRAINT families_pkey PRIMARY KEY,
      parent_id uuid CONSTRAINT families_parent_id_fkey REFERENCES families (id) ON DELETE CASCADE,
      client_id text NOT NULL CONSTRAINT families_client_id_fkey REFERENCES clients (id) ON DELETE CASCADE,
      user_id text NOT NULL CONSTRAINT families_user_id_fkey REFERENCES users (id) ON DELETE CASCADE,
      org_id text NOT NULL CONSTRAINT families_org_id_fkey REFERENCES orgs (id),
      scopes text[] NOT NULL,
      actor jsonb,
      auth_time timestamptz NOT NULL,
      created_at timestamptz NOT NULL,
      expires_at timestamptz NOT NULL,
      ended_at timestamptz,
      end_reason text)`);
    await runner.query('CREATE INDEX families_parent_id_idx ON families (parent_id)');
    await runner.query('CREATE INDEX families_user_id_idx ON families (user_id)');

    await runner.query(`CREATE TABLE refresh_tokens (
      hash text CONSTRAINT refresh_tokens_pkey PRIMARY KEY,
      family_id uuid NOT NULL CONSTRAINT refresh_tokens_family_id_fkey REFERENCES families (id) ON DELETE CASCADE,
      consumed_at timestamptz,
      created_at timestamptz NOT NULL DEFAULT now())`);
    await runner.query('CREATE INDEX refresh_tokens_family_id_idx ON refresh_tokens (family_id)');

    await runner.query(`CREATE TABLE consumptions (
      kind text NOT NULL,
      id text NOT NULL,
      until timestamptz NOT NULL,
      CONSTRAINT consumptions_pkey PRIMARY KEY (kind, id))`);
    await runner.query('CREATE INDEX consumptions_until_idx ON consumptions (until)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      `DROP TABLE consumptions, refresh_tokens, families, api_tokens, trusted_issuers, memberships, group_members, groups,
         service_definitions`,
    );
    await runner.query('DROP INDEX users_username_key_idx, users_email_key_idx');
    await runner.query('ALTER TABLE users DROP email_key');
  }
}
