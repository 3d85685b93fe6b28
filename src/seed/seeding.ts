import type { AuditEvent } from '../audit/audit-event';
import type { EntityManager } from 'typeorm';
import type { SeedReport } from './seed-report';

/** What each part of the seeding works with. */
export interface Seeding {
  readonly transaction: EntityManager;
  /** Whether to change what differs, too. */
  readonly update: boolean;
  readonly report: SeedReport;
  readonly audit: (event: SeedEvent) => Promise<void>;
}

type SeedEvent = Pick<AuditEvent, 'action' | 'clientId' | 'orgId' | 'subject'> & {
  /** The names of what was changed. The file has the values. */
  readonly changed?: readonly string[];
};

/** The columns in which `wanted` differs from what is kept. */
export function differences<T extends object>(kept: T, wanted: Partial<T>): (keyof T)[] {
  return keysOf(wanted).filter((column) => canonical(kept[column]) !== canonical(wanted[column]));
}

function keysOf<T extends object>(value: Partial<T>): (keyof T)[] {
  return Object.keys(value) as (keyof T)[];
}

/** JSON with the members in one order: PostgreSQL's jsonb does not keep ours. */
function canonical(value: unknown): string | undefined {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([one], [other]) => (one < other ? -1 : 1)))
      : part,
  );
}
