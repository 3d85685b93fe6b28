import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Config } from '@jest/types';
// Jest's global setup knows no moduleNameMapper.
import { type EmbeddedPostgresHandle, startEmbeddedPostgres } from '../../libs/embedded-postgres/src';
import { dataSourceOptions } from '../../src/database/data-source.options';
import { migrate } from '../../src/database/migrate';
import { builtService } from './built-service';

export const TEMPLATE = 'gatehouse_template';

export interface TestGlobals {
  testPostgres: EmbeddedPostgresHandle;
  testFolder: string;
}

/**
 * One throw-away PostgreSQL for the whole run, with a migrated database that each test file copies. Where all tests run
 * the service is built here, so that no test has to wait for that; else by the first that needs it.
 */
export default async function globalSetup({ testPathPatterns }: Config.GlobalConfig): Promise<void> {
  if (testPathPatterns.patterns.length === 0) await builtService();
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'gatehouse-test-'));
  fs.chmodSync(folder, 0o755); // as root, PostgreSQL runs as another user, who must get in
  const server = await startEmbeddedPostgres({
    dataDir: path.join(folder, 'postgres'),
    database: TEMPLATE,
    ephemeral: true,
    settings: { max_connections: '200' },
  });
  await migrate(dataSourceOptions(server.connection));
  process.env.TEST_POSTGRES = JSON.stringify(server.connection); // workers start after this and inherit it
  Object.assign(globalThis, { testPostgres: server, testFolder: folder });
}
