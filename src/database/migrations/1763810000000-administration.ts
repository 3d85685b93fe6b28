import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What administration needs: from when on tokens count again, and what is being deleted. */
export class Administration1763810000000 implements MigrationInterface {
  readonly name = 'Administration1763810000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const table of ['orgs', 'users', 'clients']) {
      await runner.query(`ALTER TABLE ${table} ADD tokens_valid_from timestamptz`);
    }
    for (const table of ['orgs', 'clients']) await runner.query(`ALTER TABLE ${table} ADD deleting_since timestamptz`);
    await runner.query('CREATE INDEX families_client_id_idx ON families (client_id)');
    await runner.query('CREATE INDEX families_org_id_idx ON families (org_id)');
    await runner.query('CREATE INDEX memberships_org_id_idx ON memberships (org_id)');
    await runner.query('CREATE INDEX clients_org_id_idx ON clients (org_id)');
    await runner.query('CREATE INDEX audit_events_actor_idx ON audit_events (actor, id) WHERE actor IS NOT NULL');
    await runner.query('CREATE INDEX api_tokens_user_id_org_id_idx ON api_tokens (user_id, org_id)');
    await runner.query('CREATE INDEX api_tokens_org_id_idx ON api_tokens (org_id)');
    await runner.query('DROP INDEX audit_events_request_id_idx');
    for (const column of ['request_id', 'client_id', 'subject', 'org_id']) {
      await runner.query(`CREATE INDEX audit_events_${column}_at_idx ON audit_events (${column}, at)`);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX audit_events_actor_idx');
    for (const column of ['request_id', 'client_id', 'subject', 'org_id']) {
      await runner.query(`DROP INDEX audit_events_${column}_at_idx`);
    }
    await runner.query('CREATE INDEX audit_events_request_id_idx ON audit_events (request_id)');
    await runner.query('DROP INDEX api_tokens_org_id_idx, api_tokens_user_id_org_id_idx');
    await runner.query(
      'DROP INDEX clients_org_id_idx, memberships_org_id_idx, families_org_id_idx, families_client_id_idx',
    );
    for (const table of ['orgs', 'clients']) await runner.query(`ALTER TABLE ${table} DROP deleting_since`);
    for (const table of ['orgs', 'users', 'clients']) await runner.query(`ALTER TABLE ${table} DROP tokens_valid_from`);
  }
}
