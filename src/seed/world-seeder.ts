import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { type EntityManager, In } from 'typeorm';
import { AuditLog } from '../audit/audit-log';
import { UnitOfWork } from '../database/unit-of-work';
import { OrgEntity } from '../orgs/org.entity';
import { ClientSeeder } from './client-seeder';
import { SeedFileError } from './read-world';
import { seedOrgs } from './seed-orgs';
import { SeedReport } from './seed-report';
import type { Seeding } from './seeding';
import type { World } from './world.schema';

/** Replicas that start together seed one after the other. */
export const SEED_LOCK = 'seed';

/** Makes a declared world real: all of it or nothing, and nothing twice, however many replicas start at once. */
@Injectable()
export class WorldSeeder {
  constructor(
    private readonly work: UnitOfWork,
    private readonly clients: ClientSeeder,
    private readonly audit: AuditLog,
  ) {}

  /**
   * Creates what is missing. What differs is reported, and changed only with `update`.
   * @param file name of the world's file, for the report
   * @throws {SeedFileError} when the world names an org that neither it nor the database has
   */
  apply(world: World, file: string, { update }: { update: boolean }): Promise<SeedReport> {
    return this.work.runAlone(SEED_LOCK, (transaction) => this.applyIn(transaction, world, file, update));
  }

  /** {@link apply}, as part of a transaction that holds {@link SEED_LOCK}. */
  async applyIn(transaction: EntityManager, world: World, file: string, update: boolean): Promise<SeedReport> {
    const report = new SeedReport();
    const event = { at: new Date(), requestId: randomUUID(), outcome: 'allowed', reason: `seed ${file}` } as const;
    const audit: Seeding['audit'] = (what) => this.audit.appendIn(transaction, { ...event, ...what });
    const seeding = { transaction, update, report, audit };
    await seedOrgs(world.orgs, seeding);
    await this.refuseUnknownOrgs(world, file, seeding);
    await this.clients.seed(world.clients, seeding);
    return report;
  }

  private async refuseUnknownOrgs({ clients }: World, file: string, { transaction }: Seeding): Promise<void> {
    const named = [...new Set(clients.map(({ org }) => org))];
    const known = await transaction.findBy(OrgEntity, { id: In(named) });
    const missing = clients.filter(({ org }) => !known.some(({ id }) => id === org));
    if (missing.length > 0) {
      throw new SeedFileError(
        file,
        missing.map(({ id, org }) => `client ${id}: there is no org ${org}`),
      );
    }
  }
}
