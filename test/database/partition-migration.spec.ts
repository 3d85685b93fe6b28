import { DataSource } from 'typeorm';
import { AuditSealer } from '../../src/audit/audit-sealer';
import { AuditVerifier } from '../../src/audit/audit-verifier';
import { dataSourceOptions } from '../../src/database/data-source.options';
import { startService } from '../harness/service';
import { createTestDatabase, type TestDatabase } from '../harness/test-database';

const THIS = 'Partitions1763870000000';

describe('the migration to partitions', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database?.drop());

  const rows = (sql: string) => database.query(sql);
  const undo = async () => {
    const dataSource = await new DataSource(dataSourceOptions({ url: database.url })).initialize();
    const applied = async () => (await rows(`SELECT FROM migrations WHERE name = '${THIS}'`)).length > 0;
    while (await applied()) await dataSource.undoLastMigration();
    await dataSource.destroy();
  };

  it('takes what is of use along, both ways, and the ids and the chain go on', async () => {
    await undo();
    await rows(`INSERT INTO audit_events (at, request_id, action, outcome)
      SELECT now() - days * interval '1 day', 'r-' || days, 'token.issue', 'allowed' FROM unnest('{3000, 100, 0}'::int[]) days`);
    await rows(`SELECT nextval('audit_events_id_seq')`);
    await rows(
      `INSERT INTO consumptions VALUES ('k', 'over', now() - interval '2 days'), ('k', 'good', now() + interval '90 days')`,
    );
    await rows(`INSERT INTO revoked_tokens VALUES ('just over', now() - interval '1 hour')`);

    const service = await startService({ database, env: { AUDIT_RETENTION_DAYS: '0' } });
    const sealer = service.app.get(AuditSealer);
    await sealer.beforeApplicationShutdown();
    expect(await service.app.get(AuditVerifier).verify()).toMatchObject({ intact: true, unsealed: 0 });
    const parts = await rows(
      `SELECT request_id, tableoid::regclass::text = to_char(at AT TIME ZONE 'UTC', '"audit_events_"YYYY_MM') AS own
       FROM audit_events WHERE request_id LIKE 'r-%' ORDER BY id`,
    );
    // Older than two years is what is earlier than all months.
    expect(parts).toEqual([
      { request_id: 'r-3000', own: false },
      { request_id: 'r-100', own: true },
      { request_id: 'r-0', own: true },
    ]);
    expect(await rows('SELECT id, tableoid::regclass::text AS part FROM consumptions')).toEqual([
      { id: 'good', part: 'consumptions_later' },
    ]);
    expect(await rows('SELECT jti FROM revoked_tokens')).toEqual([{ jti: 'just over' }]);
    expect(await rows('SELECT FROM audit_events WHERE id = 4')).toEqual([]);
    const events = await rows('SELECT * FROM audit_events ORDER BY id');
    await service.stop();

    await undo();
    expect((await rows('SELECT * FROM audit_events ORDER BY id')).slice(0, events.length)).toEqual(events);
    expect(await rows('SELECT id FROM consumptions')).toEqual([{ id: 'good' }]);
    const again = await startService({ database, env: { AUDIT_RETENTION_DAYS: '0' } });
    expect(await again.app.get(AuditVerifier).verify()).toMatchObject({ intact: true });
    await again.stop();
  });
});
