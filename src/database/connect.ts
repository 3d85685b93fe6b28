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
 * @throws {OperatorError} when it stays away, or knows no such user, password or database
 */
export async function connect(options: DataSourceOptions): Promise<DataSource> {
  const logger = new Logger('Database');
  for (let attempt = 1; ; attempt++) {
    try {
      await migrate(options);
      return await new DataSource(options).initialize();
    } catch (error) {
      if (isRefusal(error))
        throw new OperatorError(`The database refuses DATABASE_URL: ${error.message}`, { cause: error });
      if (!(error instanceof Error) || !isServiceAway(error)) throw error;
      const because = error.message || error.name;
      if (attempt === ATTEMPTS) throw new OperatorError(`The database cannot be reached: ${because}`, { cause: error });
      logger.warn(`The database cannot be reached (attempt ${attempt} of ${ATTEMPTS}): ${because}`);
      await sleep(PAUSE_MS);
    }
  }
}

/** By SQLSTATE: class 28 is a user or password, 3D a database that there is not. Its message never has the password. */
function isRefusal(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && /^(28|3D)[0-9A-Z]{3}$/.test(String(error.code));
}
