import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Access tokens that were revoked one by one. */
export class RevokedTokens1763840000000 implements MigrationInterface {
  readonly name = 'RevokedTokens1763840000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE revoked_tokens (
      jti text CONSTRAINT revoked_tokens_pkey PRIMARY KEY,
      until timestamptz NOT NULL)`);
    await runner.query('CREATE INDEX revoked_tokens_until_idx ON revoked_tokens (until)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE revoked_tokens');
  }
}
