import type { MigrationInterface, QueryRunner } from 'typeorm';

/** For what begins while something else ends: see src/tokens/parties.ts and src/grants/providers/authorization-code.grant.ts. */
export class LoginBeginnings1763885000000 implements MigrationInterface {
  readonly name = 'LoginBeginnings1763885000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE users ADD logins_valid_from timestamptz');
    await runner.query('ALTER TABLE families ADD answered_at timestamptz');
    // An id that is used again has none of the tokens that were given under it before.
    for (const table of ['users', 'clients', 'orgs', 'memberships']) {
      await runner.query(`ALTER TABLE ${table} ALTER tokens_valid_from SET DEFAULT now()`);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['users', 'clients', 'orgs', 'memberships']) {
      await runner.query(`ALTER TABLE ${table} ALTER tokens_valid_from DROP DEFAULT`);
    }
    await runner.query('ALTER TABLE families DROP answered_at');
    await runner.query('ALTER TABLE users DROP logins_valid_from');
  }
}
