import { withService } from '../../src/cli/with-service';
import { readConfiguration } from '../../src/config/configuration';
import { KeyRotation } from '../../src/keys/key-rotation';
import { PartitionKeeper } from '../../src/retention/partition-keeper';
import { ISSUER, startService, TEST_KEY } from '../harness/service';
import { createTestDatabase, type TestDatabase } from '../harness/test-database';

describe('what the service does by itself', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterEach(() => jest.restoreAllMocks());
  afterAll(() => database?.drop());

  const spies = () => [jest.spyOn(PartitionKeeper.prototype, 'keep'), jest.spyOn(KeyRotation.prototype, 'rotateDue')];

  it('is done at its start', async () => {
    const [keep, rotate] = spies();
    const service = await startService({ database });
    await service.stop();
    expect(keep).toHaveBeenCalledTimes(1);
    expect(rotate).toHaveBeenCalledTimes(1);
  });

  // Its settings may be others: without AUDIT_RETENTION_DAYS=0 it would drop what the service keeps for ever.
  it('is not done by the command line', async () => {
    const [keep, rotate] = spies();
    const configuration = readConfiguration({
      ...{ NODE_ENV: 'test', LOG_LEVEL: 'silent', DEMO: 'false' },
      ...{ ISSUER, KEY_ENCRYPTION_KEY: TEST_KEY, DATABASE_URL: database.url },
    });
    await withService(configuration, () => Promise.resolve());
    expect(keep).not.toHaveBeenCalled();
    expect(rotate).not.toHaveBeenCalled();
  });
});
