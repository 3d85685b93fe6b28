import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Seals that chain the audit events, and what lets an erased person's events still be verified. */
export class AuditChain1763830000000 implements MigrationInterface {
  readonly name = 'AuditChain1763830000000';

  async up(runner: QueryRunner): Promise<void> {
    // Each row its own: the table is rewritten.
    await runner.query('ALTER TABLE audit_events ADD salt uuid DEFAULT gen_random_uuid()');
    await runner.query('ALTER TABLE audit_events ADD personal_digest bytea');
    await runner.query(`CREATE TABLE audit_seals (
      id bigint CONSTRAINT audit_seals_pkey PRIMARY KEY,
      last_event bigint NOT NULL,
      events integer NOT NULL,
      prev bytea NOT NULL,
      hash bytea NOT NULL,
      sealed_at timestamptz NOT NULL)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE audit_seals');
    await runner.query('ALTER TABLE audit_events DROP personal_digest, DROP salt');
  }
}
