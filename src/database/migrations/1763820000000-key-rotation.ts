import type { MigrationInterface, QueryRunner } from 'typeorm';

/** When a signing key began to sign, until when it is needed and when it goes; at most one that signs and one that is next for each algorithm. */
export class KeyRotation1763820000000 implements MigrationInterface {
  readonly name = 'KeyRotation1763820000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const column of ['active_since', 'needed_until', 'retire_at']) {
      await runner.query(`ALTER TABLE signing_keys ADD ${column} timestamptz`);
    }
    await runner.query(`UPDATE signing_keys SET active_since = created_at WHERE state = 'active'`);
    await runner.query(
      `CREATE UNIQUE INDEX signing_keys_alg_state_key ON signing_keys (alg, state) WHERE state <> 'retiring'`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX signing_keys_alg_state_key');
    await runner.query('ALTER TABLE signing_keys DROP active_since, DROP needed_until, DROP retire_at');
  }
}
