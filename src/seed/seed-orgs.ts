import { OrgEntity } from '../orgs/org.entity';
import { differences, type Seeding } from './seeding';
import type { World } from './world.schema';

export async function seedOrgs(orgs: World['orgs'], { transaction, update, report, audit }: Seeding): Promise<void> {
  for (const { id, name, displayName = name } of orgs) {
    const kept = await transaction.findOneBy(OrgEntity, { id });
    if (kept === null) {
      await transaction.insert(OrgEntity, { id, name, displayName });
      await audit({ action: 'org.create', orgId: id });
      report.created.push(`org ${id}`);
      continue;
    }
    const differing = differences(kept, { name, displayName });
    if (differing.length === 0) continue;
    if (!update) {
      report.different.push(`org ${id}: ${differing.join(', ')}`);
      continue;
    }
    await transaction.update(OrgEntity, { id }, { name, displayName });
    await audit({ action: 'org.update', orgId: id });
    report.changed.push(`org ${id}: ${differing.join(', ')}`);
  }
}
