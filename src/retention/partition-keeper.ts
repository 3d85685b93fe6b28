import { Injectable, Logger } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { AuditLog } from '../audit/audit-log';
import type { DropEvent } from '../audit/audit-retention';
import { databaseTime } from '../database/partitions/first-partitions';
import { lockForChange } from '../database/partitions/lock-for-change';
import {
  drop,
  firstAhead,
  isPeriod,
  namesOf,
  type Outdated,
  outdated,
} from '../database/partitions/outdated-partitions';
import { type Partition, partitionsOf } from '../database/partitions/partition';
import { carryOut, cutFor } from '../database/partitions/partitions-ahead';
import type { Range } from '../database/partitions/period';
import { UnitOfWork } from '../database/unit-of-work';
import { PartitionedTables, type RetainedTable } from './partitioned-tables';

/** On whose behalf, for the audit trail. */
export type Keeper = Pick<DropEvent, 'requestId' | 'actor' | 'force'>;

/** Names of partitions. */
interface Step {
  readonly made: readonly string[];
  readonly dropped: readonly string[];
}

export interface KeptPartitions extends Step {
  /** Tables that could not be kept: their turn comes again. */
  readonly failed: readonly string[];
  /** Another process was at it, so that not all was looked at. */
  readonly busy?: true;
}

/** Makes the partitions of the periods to come, and drops those that have been kept for long enough. */
@Injectable()
export class PartitionKeeper {
  private readonly logger = new Logger(PartitionKeeper.name);

  constructor(
    private readonly work: UnitOfWork,
    private readonly tables: PartitionedTables,
    private readonly audit: AuditLog,
  ) {}

  /**
   * One replica at a time: where another is at it already, that one goes on. What is there is read from the database
   * before each step, and each step is a transaction, so that it does not matter who stopped where.
   * @param at the present time; absent: that of the database
   */
  async keep(by: Keeper, at?: Date): Promise<KeptPartitions> {
    const steps: Step[] = [];
    const failed: string[] = [];
    let busy = false;
    for (const table of this.tables.all) {
      try {
        const kept = await this.keepTable(table, by, at);
        steps.push(...kept.steps);
        busy ||= kept.busy;
      } catch (error) {
        failed.push(table.table);
        this.logger.warn(`The partitions of ${table.table} were not kept: ${String(error)}`);
      }
    }
    const [made, dropped] = [steps.flatMap((step) => step.made), steps.flatMap((step) => step.dropped)];
    return { made, dropped, failed, ...(busy ? { busy } : {}) };
  }

  private async keepTable(
    table: RetainedTable,
    by: Keeper,
    at: Date | undefined,
  ): Promise<{ steps: Step[]; busy: boolean }> {
    const steps: Step[] = [];
    const next = () =>
      this.work.tryAlone('partitions', async (transaction) => ({ step: await this.step(transaction, table, by, at) }));
    for (;;) {
      const turn = await next();
      if (turn?.step === undefined) return { steps, busy: turn === undefined };
      const { step } = turn;
      steps.push(step);
      for (const name of step.made) this.logger.log(`Made partition ${name}.`);
      for (const name of step.dropped) this.logger.log(`Dropped partition ${name}.`);
    }
  }

  /** Undefined: there is nothing to do. */
  private async step(
    transaction: EntityManager,
    table: RetainedTable,
    by: Keeper,
    at: Date | undefined,
  ): Promise<Step | undefined> {
    const now = at ?? (await databaseTime(transaction));
    const partitions = await partitionsOf(transaction, [table.table]);
    const cut = cutFor(table, partitions, now);
    if (cut !== undefined) {
      await lockForChange(transaction, table.table, [cut.last.name]);
      await carryOut(transaction, table, cut);
      return { made: [cut.kept, ...cut.made].filter(isPeriod).map(({ name }) => name), dropped: [] };
    }
    const ahead = firstAhead(partitions, now);
    if (ahead !== undefined) this.warnOf(ahead, now);
    const old = outdated(table, partitions, now);
    if (old === undefined) return undefined;
    // Before the events of it: the sealer waits for whoever has written one, with a lock that the drop needs.
    await lockForChange(transaction, table.table, namesOf(old));
    if (!(await this.release(transaction, table, old, now, by))) return undefined;
    await drop(transaction, table, old);
    return { made: [], dropped: [old.period.name] };
  }

  private warnOf({ table, from }: Partition & Range, now: Date): void {
    const periods = `the first period of ${table} begins at ${from.toISOString()}`;
    this.logger.warn(`It is ${now.toISOString()}, and ${periods}: until then all goes to ${table}_earlier.`);
  }

  private async release(
    transaction: EntityManager,
    table: RetainedTable,
    old: Outdated,
    now: Date,
    by: Keeper,
  ): Promise<boolean> {
    const event = { ...by, at: now, outcome: 'allowed' } as const;
    if ((await table.release?.(transaction, old, now, event)) === false) return false;
    const { name, to, rows } = old.period;
    const reason = `${name}, older than ${to.toISOString()}, ${rows === null ? 'not counted' : `about ${rows} rows`}${by.force === true ? ', forced' : ''}`;
    await this.audit.appendIn(transaction, { ...event, action: 'retention.drop', reason });
    return true;
  }
}
