import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { OperatorError } from '../errors/operator-error';
import { isServiceAway } from '../errors/service-away';
import { migrate } from './migrate';

const ATTEMPTS = 20;
const PAUSE_MS = 1_500;

/**
 * Migrates and connects. A database that is away may still be starting: it is waited for, about half a minute.
 * @throws {OperatorError} when it stays away
 */
export async function connect(options: DataSourceOptions): Promise<DataSource> {
  const logger = new Logger('Database');
  for (let attempt = 1; ; attempt++) {
    try {
      await migrate(options);
      return await new DataSource(options).initialize();
    } catch (error) {
      if (!(error instanceof Error) || !isServiceAway(error)) throw error;
      const because = error.message || error.name;
      if (attempt === ATTEMPTS) throw new OperatorError(`The database cannot be reached: ${because}`, { cause: error });
      logger.warn(`The database cannot be reached (attempt ${attempt} of ${ATTEMPTS}): ${because}`);
      await sleep(PAUSE_MS);
    }
  }
}
