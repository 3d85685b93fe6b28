import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Injectable, Logger } from '@nestjs/common';
import { Configuration } from '../config/configuration';
import { UnitOfWork } from '../database/unit-of-work';
import { type FirstAdministrator, PlatformSeeder } from './platform-seeder';
import { readWorld } from './read-world';
import { SeedReport } from './seed-report';
import { SEED_LOCK, WorldSeeder } from './world-seeder';

/** The demonstration world, beside this file also in the build. */
export const DEMO_FILE = path.join(__dirname, 'demo.yaml');

export interface FirstStartResult {
  /** Present when the database was empty. */
  readonly administrator: FirstAdministrator | undefined;
  /** Client id → secret that was generated just now. */
  readonly generatedSecrets: ReadonlyMap<string, string>;
}

/** Runs at every start, and has something to do at the first one. */
@Injectable()
export class FirstStart {
  private readonly logger = new Logger('Seed');

  constructor(
    private readonly work: UnitOfWork,
    private readonly platform: PlatformSeeder,
    private readonly worlds: WorldSeeder,
    private readonly configuration: Configuration,
  ) {}

  /**
   * One transaction: a start that fails half way has shown no secret and left nothing that has one.
   * @throws {SeedFileError}
   */
  async run(): Promise<FirstStartResult> {
    const { seedFile, demo } = this.configuration.firstStart;
    const file = seedFile ?? (demo ? DEMO_FILE : undefined);
    const world = file === undefined ? undefined : readWorld(await readFile(file, 'utf8'), file);
    const { administrator, report } = await this.work.runAlone(SEED_LOCK, async (transaction) => ({
      administrator: await this.platform.createIfMissing(transaction),
      report: world && file ? await this.worlds.applyIn(transaction, world, file, false) : new SeedReport(),
    }));
    for (const thing of report.created) this.logger.log(`created ${thing}`);
    for (const thing of report.different) this.logger.warn(`differs from ${file} and was left as it is: ${thing}`);
    return { administrator, generatedSecrets: report.generatedSecrets };
  }
}
