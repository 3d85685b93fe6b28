import type { DeepPartial, EntityTarget, FindOptionsWhere, ObjectLiteral } from 'typeorm';
import type { AuditAction, AuditEvent } from '../audit/audit-event';
import { differences, type Seeding } from './seeding';

type Kind = Extract<AuditAction, `${string}.update`> extends `${infer Name}.update` ? Name : never;

interface Seeded<E> {
  /** For the report. */
  readonly label: string;
  readonly key: FindOptionsWhere<E>;
  /** What the file says, the key among it. */
  readonly columns: Partial<E> & DeepPartial<E>;
  readonly event: Pick<AuditEvent, 'orgId' | 'subject' | 'clientId'>;
}

/** Creates what is missing, reports what differs, changes it when asked to. */
export async function seedEach<E extends ObjectLiteral>(
  entity: EntityTarget<E>,
  kind: Kind,
  things: readonly Seeded<E>[],
  { transaction, update, report, audit }: Seeding,
): Promise<void> {
  const store = transaction.getRepository(entity);
  for (const { label, key, columns, event } of things) {
    const name = `${kind.replaceAll('_', ' ')} ${label}`;
    const kept = await store.findOneBy(key);
    const differing = kept === null ? [] : differences(kept, columns);
    if (kept === null) {
      await store.insert(store.create(columns));
      await audit({ action: `${kind}.create`, ...event });
      report.created.push(name);
    } else if (differing.length > 0 && update) {
      await store.save(Object.assign(kept, columns));
      await audit({ action: `${kind}.update`, ...event, changed: differing.map(String) });
      report.changed.push(`${name}: ${differing.join(', ')}`);
    } else if (differing.length > 0) {
      report.different.push(`${name}: ${differing.join(', ')}`);
    }
  }
}
