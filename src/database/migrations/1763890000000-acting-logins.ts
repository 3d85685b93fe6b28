import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Finds the logins in which somebody acts, of which those have to go that name an account that is deleted. */
export class ActingLogins1763890000000 implements MigrationInterface {
  readonly name = 'ActingLogins1763890000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE INDEX families_acting_idx ON families (id) WHERE actor IS NOT NULL');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX families_acting_idx');
  }
}
