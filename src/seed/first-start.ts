import { Injectable, Logger } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { ClientEntity } from '../clients/client.entity';
import { Configuration } from '../config/configuration';
import { UnitOfWork } from '../database/unit-of-work';
import { DEMO_CLIENT, DEMO_FILE, type DemoSecrets, demoWorldWithSecrets } from './demo-world';
import { type FirstAdministrator, PlatformSeeder } from './platform-seeder';
import { readWorldFile } from './read-world';
import { SeedReport } from './seed-report';
import { SEED_LOCK, WorldSeeder } from './world-seeder';

export interface FirstStartResult {
  /** Present when the database was empty. */
  readonly administrator: FirstAdministrator | undefined;
  /** Client id → secret that was generated just now. */
  readonly generatedSecrets: ReadonlyMap<string, string>;
  /** Present when the database was empty and got the demonstration world. */
  readonly demo: Omit<DemoSecrets, 'world'> | undefined;
  /** The demonstration world is there, since now or since an earlier start. */
  readonly hasDemo: boolean;
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
    const { report, file, ...result } = await this.work.runAlone(SEED_LOCK, (transaction) => this.seed(transaction));
    for (const thing of report.created) this.logger.log(`created ${thing}`);
    for (const thing of report.different) this.logger.warn(`differs from ${file} and was left as it is: ${thing}`);
    return { ...result, generatedSecrets: report.generatedSecrets };
  }

  private async seed(transaction: EntityManager) {
    const { seedFile, demo: wantsDemo } = this.configuration.firstStart;
    const administrator = await this.platform.createIfMissing(transaction);
    await this.platform.registerSwaggerUi(transaction);
    const file = seedFile ?? DEMO_FILE;
    const mayHaveDemo = wantsDemo && seedFile === undefined;
    const demo =
      mayHaveDemo && administrator !== undefined ? await demoWorldWithSecrets(this.configuration.dataDir) : undefined;
    const world = seedFile === undefined ? demo?.world : await readWorldFile(seedFile);
    const report = world === undefined ? new SeedReport() : await this.worlds.applyIn(transaction, world, file, false);
    const hasDemo = mayHaveDemo && (await transaction.existsBy(ClientEntity, { id: DEMO_CLIENT }));
    return { administrator, file, demo, hasDemo, report };
  }
}
