import fs from 'node:fs';
import path from 'node:path';
import { NestFactory } from '@nestjs/core';
import type { INestApplicationContext } from '@nestjs/common';
import { AppModule } from '../app.module';
import type { Configuration } from '../config/configuration';
import { embeddedDatabaseFolder } from '../database/embedded-database';
import { OperatorError } from '../errors/operator-error';
import { EXTENSIONS } from '../extensions';
import { CommandLog } from './command-log';

/** {@link withService} on the settings of the process. */
export type RunWithService = <T>(work: (service: INestApplicationContext) => Promise<T>) => Promise<T>;

/**
 * Runs `work` with the service's own parts on the database of the settings, without serving anything.
 * @param options `mayBegin`: where there is no database yet, one is made
 * @throws {OperatorError} when there is none: in the wrong folder a command would else do its work on a new one
 */
export async function withService<T>(
  configuration: Configuration,
  work: (service: INestApplicationContext) => Promise<T>,
  { mayBegin = false } = {},
): Promise<T> {
  if (!mayBegin) requireDatabase(configuration);
  const service = await NestFactory.createApplicationContext(AppModule.with(configuration, EXTENSIONS), {
    logger: new CommandLog(),
    abortOnError: false,
  });
  try {
    return await work(service);
  } finally {
    await service.close();
  }
}

function requireDatabase({ database, dataDir }: Configuration): void {
  if (database.url !== undefined || fs.existsSync(embeddedDatabaseFolder(dataDir))) return;
  throw new OperatorError(
    `There is no database in ${path.resolve(dataDir)}: set DATABASE_URL or DATA_DIR as the service has them.`,
  );
}
