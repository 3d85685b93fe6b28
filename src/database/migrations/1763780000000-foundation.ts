import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Orgs, domains, users, clients and their secrets, keys, and the audit trail. */
export class Foundation1763780000000 implements MigrationInterface {
  readonly name = 'Foundation1763780000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE orgs (
      id text CONSTRAINT orgs_pkey PRIMARY KEY,
      name text NOT NULL,
      display_name text NOT NULL,
      disabled_at timestamptz,
      created_at timestamptz NOT NULL DEFAULT now(),
      updated_at timestamptz NOT NULL DEFAULT now())`);

    await runner.query(`CREATE TABLE domains (
      name text CONSTRAINT domains_pkey PRIMARY KEY,
      display_name text NOT NULL,
      org_id text NOT NULL CONSTRAINT domains_org_id_fkey REFERENCES orgs (id))`);

    await runner.query(`CREATE TABLE users (
      id text CONSTRAINT users_pkey PRIMARY KEY,
      domain text NOT NULL CONSTRAINT users_domain_fkey REFERENCES domains (name),
      username text NOT NULL,
      username_key text NOT NULL,
      email text NOT NULL,
      given_name text NOT NULL,
      family_name text NOT NULL,
      password_hash text,
      default_org_id text NOT NULL CONSTRAINT users_default_org_id_fkey REFERENCES orgs (id),
      platform_permissions text[] NOT NULL,
      disabled_at timestamptz,
      created_at timestamptz NOT NULL DEFAULT now(),
      updated_at timestamptz NOT NULL DEFAULT now())`);
    await runner.query('CREATE UNIQUE INDEX users_domain_username_key_key ON users (domain, username_key)');

    await runner.query(`CREATE TABLE clients (
      id text CONSTRAINT clients_pkey PRIMARY KEY,
      org_id text NOT NULL CONSTRAINT clients_org_id_fkey REFERENCES orgs (id),
      display_name text NOT NULL,
      description text NOT NULL,
      grant_types text[] NOT NULL,
      redirect_uris text[] NOT NULL,
      post_logout_redirect_uris text[] NOT NULL,
      access_token_ttl int NOT NULL,
      refresh_token_ttl int NOT NULL,
      allowed_scopes jsonb NOT NULL,
      allowed_orgs text[] NOT NULL,
      allowed_actors_client_delegate text[] NOT NULL,
      allowed_actors_client_exchange text[] NOT NULL,
      allowed_actors_audience_exchange text[] NOT NULL,
      force_pkce boolean NOT NULL,
      public_client boolean NOT NULL,
      max_groups_in_id_token int,
      refresh_token_policy text NOT NULL,
      trusted_proxy boolean NOT NULL,
      signing_alg text NOT NULL,
      disabled_at timestamptz,
      created_at timestamptz NOT NULL DEFAULT now(),
      updated_at timestamptz NOT NULL DEFAULT now())`);

    await runner.query(`CREATE TABLE client_secrets (
      id uuid DEFAULT gen_random_uuid() CONSTRAINT client_secrets_pkey PRIMARY KEY,
      client_id text NOT NULL CONSTRAINT client_secrets_client_id_fkey REFERENCES clients (id) ON DELETE CASCADE,
      hash text NOT NULL,
      expires_at timestamptz,
      last_used_at timestamptz,
      created_at timestamptz NOT NULL DEFAULT now())`);
    await runner.query('CREATE INDEX client_secrets_client_id_idx ON client_secrets (client_id)');

    await runner.query(`CREATE TABLE signing_keys (
      kid text CONSTRAINT signing_keys_pkey PRIMARY KEY,
      alg text NOT NULL,
      state text NOT NULL,
      public_jwk jsonb NOT NULL,
      sealed_private_jwk text NOT NULL,
      created_at timestamptz NOT NULL DEFAULT now())`);

    await runner.query(`CREATE TABLE service_secrets (
      name text CONSTRAINT service_secrets_pkey PRIMARY KEY,
      sealed text NOT NULL,
      created_at timestamptz NOT NULL DEFAULT now())`);

    await runner.query(`CREATE TABLE audit_events (
      id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT audit_events_pkey PRIMARY KEY,
      at timestamptz NOT NULL,
      request_id text NOT NULL,
      action text NOT NULL,
      outcome text NOT NULL,
      error text,
      reason text,
      dialect text,
      grant_type text,
      client_id text,
      subject text,
      actor text,
      org_id text,
      jti text,
      family text,
      address text)`);
    await runner.query('CREATE INDEX audit_events_at_idx ON audit_events (at)');
    await runner.query('CREATE INDEX audit_events_request_id_idx ON audit_events (request_id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'DROP TABLE audit_events, service_secrets, signing_keys, client_secrets, clients, users, domains, orgs',
    );
  }
}
