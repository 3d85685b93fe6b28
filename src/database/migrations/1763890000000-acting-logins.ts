import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Finds the logins in which somebody acts, of which those have to go that name an account that is deleted; and the codes
 * that could still begin a login.
 */
export class ActingLogins1763890000000 implements MigrationInterface {
  readonly name = 'ActingLogins1763890000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE INDEX families_acting_idx ON families (id) WHERE actor IS NOT NULL');
    await runner.query('CREATE INDEX authorization_codes_expires_at_idx ON authorization_codes (expires_at)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX authorization_codes_expires_at_idx');
    await runner.query('DROP INDEX families_acting_idx');
  }
}
