import type { AddressInfo } from 'node:net';
import type { DynamicModule, Type } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { createApp } from '../../src/app';
import { readConfiguration } from '../../src/config/configuration';
import { Changes } from '../../src/database/changes';
import { readWorld } from '../../src/seed/read-world';
import { WorldSeeder } from '../../src/seed/world-seeder';
import { createTestDatabase, type TestDatabase } from './test-database';

export const ISSUER = 'https://id.test';
export const TEST_KEY = 'the key of the tests: never use it elsewhere 0123456789';

export interface Service {
  /** `http://127.0.0.1:…` */
  readonly url: string;
  readonly app: NestExpressApplication;
  readonly database: TestDatabase;
  stop(): Promise<void>;
}

interface Options {
  /** Settings beside those of a quiet test. */
  readonly env?: Record<string, string>;
  /** YAML of a seed file. */
  readonly world?: string;
  readonly extensions?: readonly (Type | DynamicModule)[];
  /** An existing database, for a second process on it; it is not dropped. */
  readonly database?: TestDatabase;
}

/** The whole service on a free port of this machine, with a database of its own. */
export async function startService({ env = {}, world, extensions, database }: Options = {}): Promise<Service> {
  const ownDatabase = database ?? (await createTestDatabase());
  const configuration = readConfiguration({
    NODE_ENV: 'test',
    LOG_LEVEL: 'silent',
    DEMO: 'false',
    ISSUER,
    KEY_ENCRYPTION_KEY: TEST_KEY,
    DATABASE_URL: ownDatabase.url,
    ...env,
  });
  const app = await createApp(configuration, extensions).catch(async (error: unknown) => {
    // Its connections would keep the test process alive.
    if (database === undefined) await ownDatabase.drop();
    throw error;
  });
  const changes = app.get(Changes);
  ownDatabase.keepers.add(changes);
  if (world !== undefined)
    await app.get(WorldSeeder).apply(readWorld(world, 'test world'), 'test world', { update: false });
  await app.listen(0, '127.0.0.1');
  const { port } = app.getHttpServer().address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    app,
    database: ownDatabase,
    stop: async () => {
      ownDatabase.keepers.delete(changes);
      await app.close();
      if (database === undefined) await ownDatabase.drop();
    },
  };
}
