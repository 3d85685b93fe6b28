import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';

/** One database transaction: all that belongs together is committed together or not at all. */
@Injectable()
export class UnitOfWork {
  constructor(private readonly dataSource: DataSource) {}

  /** Resolves after the commit. What `work` throws rolls back and is thrown on. */
  run<T>(work: (transaction: EntityManager) => Promise<T>): Promise<T> {
    return this.dataSource.transaction(work);
  }

  /** Like {@link run}, for work that is one statement: that is a transaction by itself, and saves two trips. */
  runStatement<T>(work: (database: EntityManager) => Promise<T>): Promise<T> {
    return work(this.dataSource.manager);
  }

  /** Like {@link run}, one at a time over all replicas among those that name the same `lock`. */
  runAlone<T>(lock: string, work: (transaction: EntityManager) => Promise<T>): Promise<T> {
    return this.dataSource.transaction(async (transaction) => {
      await transaction.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [lock]);
      return work(transaction);
    });
  }

  /** Like {@link runAlone}, but undefined at once, with nothing done, while another is at it. */
  tryAlone<T>(lock: string, work: (transaction: EntityManager) => Promise<T>): Promise<T | undefined> {
    return this.dataSource.transaction(async (transaction) => {
      const [row] = await transaction.query<{ alone: boolean }[]>(
        'SELECT pg_try_advisory_xact_lock(hashtextextended($1, 0)) AS alone',
        [lock],
      );
      return row?.alone === true ? work(transaction) : undefined;
    });
  }
}
