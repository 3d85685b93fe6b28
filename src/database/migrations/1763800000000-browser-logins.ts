import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Logging in with a browser: sessions, authorization codes, consents, and what an org's pages look like. */
export class BrowserLogins1763800000000 implements MigrationInterface {
  readonly name = 'BrowserLogins1763800000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE browser_sessions (
      id uuid CONSTRAINT browser_sessions_pkey PRIMARY KEY,
      hash text NOT NULL,
      user_id text NOT NULL CONSTRAINT browser_sessions_user_id_fkey REFERENCES users (id) ON DELETE CASCADE,
      auth_time timestamptz NOT NULL,
      last_used_at timestamptz NOT NULL,
      expires_at timestamptz NOT NULL,
      ended_at timestamptz)`);
    await runner.query('CREATE UNIQUE INDEX browser_sessions_hash_key ON browser_sessions (hash)');
    await runner.query('CREATE INDEX browser_sessions_user_id_idx ON browser_sessions (user_id)');

    await runner.query(`CREATE TABLE authorization_codes (
      hash text CONSTRAINT authorization_codes_pkey PRIMARY KEY,
      client_id text NOT NULL CONSTRAINT authorization_codes_client_id_fkey REFERENCES clients (id) ON DELETE CASCADE,
      user_id text NOT NULL CONSTRAINT authorization_codes_user_id_fkey REFERENCES users (id) ON DELETE CASCADE,
      org_id text NOT NULL CONSTRAINT authorization_codes_org_id_fkey REFERENCES orgs (id),
      browser_session_id uuid NOT NULL,
      login_id uuid NOT NULL,
      redirect_uri text NOT NULL,
      code_challenge text,
      scopes text[] NOT NULL,
      nonce text,
      auth_time timestamptz NOT NULL,
      expires_at timestamptz NOT NULL,
      wrong_verifiers integer NOT NULL DEFAULT 0)`);

    await runner.query(`CREATE TABLE consents (
      user_id text NOT NULL CONSTRAINT consents_user_id_fkey REFERENCES users (id) ON DELETE CASCADE,
      client_id text NOT NULL CONSTRAINT consents_client_id_fkey REFERENCES clients (id) ON DELETE CASCADE,
      org_id text NOT NULL CONSTRAINT consents_org_id_fkey REFERENCES orgs (id) ON DELETE CASCADE,
      scopes text[] NOT NULL,
      CONSTRAINT consents_pkey PRIMARY KEY (user_id, client_id, org_id))`);

    await runner.query('ALTER TABLE families ADD browser_session_id uuid');
    await runner.query('CREATE INDEX families_browser_session_id_idx ON families (browser_session_id)');
    await runner.query('ALTER TABLE orgs ADD logo text');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE orgs DROP logo');
    await runner.query('ALTER TABLE families DROP browser_session_id');
    await runner.query('DROP TABLE consents, authorization_codes, browser_sessions');
  }
}
