import fs from 'node:fs';
import type { TestGlobals } from './global-setup';

export default async function globalTeardown(): Promise<void> {
  const { testPostgres, testFolder } = globalThis as unknown as TestGlobals;
  await testPostgres.stop();
  fs.rmSync(testFolder, { recursive: true, force: true });
}
