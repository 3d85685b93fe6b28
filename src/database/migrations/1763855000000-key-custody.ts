import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Who has the private half of a signing key. What it is found by stays in sealed_private_jwk: replicas of the version
 * before read and write that column while this one is rolled out.
 */
export class KeyCustody1763855000000 implements MigrationInterface {
  readonly name = 'KeyCustody1763855000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE signing_keys ADD custody text NOT NULL DEFAULT 'database'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE signing_keys DROP custody');
  }
}
