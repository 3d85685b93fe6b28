import { DataSource } from 'typeorm';
import { createTestDatabase, type TestDatabase } from '../harness/test-database';
import { dataSourceOptions } from '../../src/database/data-source.options';
import { MIGRATIONS } from '../../src/database/migrations';
import { startService } from '../harness/service';

describe('migrations', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database?.drop());

  it('make exactly the schema that the entities describe', async () => {
    const service = await startService({ database });
    const builder = service.app.get(DataSource).driver.createSchemaBuilder();
    const { upQueries } = await builder.log();
    await service.stop();
    expect(upQueries.map(({ query }) => query)).toEqual([]);
  });

  it('can all be taken back', async () => {
    const dataSource = await new DataSource(dataSourceOptions({ url: database.url })).initialize();
    for (let done = 0; done < MIGRATIONS.length; done++) await dataSource.undoLastMigration();
    const tables = await database.query<{ name: string }>(
      `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'`,
    );
    await dataSource.destroy();
    expect(tables.map(({ name }) => name)).toEqual(['migrations']);
  });
});
