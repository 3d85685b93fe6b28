import type { MigrationInterface, QueryRunner } from 'typeorm';

/** From when on the access tokens of a member count, for one org. */
export class MembershipTokensValidFrom1763860000000 implements MigrationInterface {
  readonly name = 'MembershipTokensValidFrom1763860000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE memberships ADD tokens_valid_from timestamptz');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE memberships DROP tokens_valid_from');
  }
}
