import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { AuditLog } from '../audit/audit-log';
import { Changes } from '../database/changes';
import { UnitOfWork } from '../database/unit-of-work';
import { GrantTypeRegistry } from '../grants/grant-type.registry';
import { ApiTokenSeeder } from './api-token-seeder';
import { ClientSeeder } from './client-seeder';
import { refuseUnknown } from './refuse-unknown';
import { seedDirectory, seedOrgs, seedTrustedIssuers } from './seed-directory';
import { SeedReport } from './seed-report';
import type { Seeding } from './seeding';
import { UserSeeder } from './user-seeder';
import type { World } from './world.schema';

/** Replicas that start together seed one after the other. */
export const SEED_LOCK = 'seed';

/** Makes a declared world real: all of it or nothing, and nothing twice, however many replicas start at once. */
@Injectable()
export class WorldSeeder {
  constructor(
    private readonly work: UnitOfWork,
    private readonly users: UserSeeder,
    private readonly clients: ClientSeeder,
    private readonly apiTokens: ApiTokenSeeder,
    private readonly audit: AuditLog,
    private readonly changes: Changes,
    private readonly grants: GrantTypeRegistry,
  ) {}

  /**
   * Creates what is missing. What differs is reported, and changed only with `update`. Once it resolves, this process
   * knows of it: a secret that was replaced is good no more.
   * @param file name of the world's file, for the report
   * @throws {SeedFileError} when the world names what neither it nor the database has
   */
  async apply(world: World, file: string, { update }: { update: boolean }): Promise<SeedReport> {
    const report = await this.work.runAlone(SEED_LOCK, (transaction) => this.applyIn(transaction, world, file, update));
    await this.changes.settled();
    return report;
  }

  /** {@link apply}, as part of a transaction that holds {@link SEED_LOCK}. */
  async applyIn(transaction: EntityManager, world: World, file: string, update: boolean): Promise<SeedReport> {
    const report = new SeedReport();
    const event = { at: new Date(), requestId: randomUUID(), outcome: 'allowed' } as const;
    const audit: Seeding['audit'] = ({ changed, ...what }) => {
      const reason = `seed ${file}${changed === undefined ? '' : `; changed: ${changed.join(', ')}`}`;
      return this.audit.appendIn(transaction, { ...event, ...what, reason });
    };
    const seeding = { transaction, update, report, audit };
    await seedOrgs(world, seeding);
    await refuseUnknown(world, file, transaction, this.grants);
    await seedDirectory(world, seeding);
    await this.users.seed(world.users, seeding);
    await this.clients.seed(world.clients, seeding);
    await seedTrustedIssuers(world, seeding);
    await this.apiTokens.seed(world.apiTokens, seeding);
    return report;
  }
}
