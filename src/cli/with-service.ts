import { NestFactory } from '@nestjs/core';
import type { INestApplicationContext } from '@nestjs/common';
import { AppModule } from '../app.module';
import type { Configuration } from '../config/configuration';
import { EXTENSIONS } from '../extensions';
import { NestLog, serviceLog } from '../logging/service-log';

/** {@link withService} on the settings of the process. */
export type RunWithService = <T>(work: (service: INestApplicationContext) => Promise<T>) => Promise<T>;

/** Runs `work` with the service's own parts on the database of the settings, without serving anything. */
export async function withService<T>(
  configuration: Configuration,
  work: (service: INestApplicationContext) => Promise<T>,
): Promise<T> {
  const service = await NestFactory.createApplicationContext(AppModule.with(configuration, EXTENSIONS), {
    logger: new NestLog(serviceLog('error', process.stderr.fd)),
    abortOnError: false,
  });
  try {
    return await work(service);
  } finally {
    await service.close();
  }
}
