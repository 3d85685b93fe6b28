import path from 'node:path';
import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { type EmbeddedPostgresHandle, startEmbeddedPostgres } from '@gatehouse/embedded-postgres';
import { DataSource } from 'typeorm';
import { ModuleRef } from '@nestjs/core';
import { Configuration } from '../config/configuration';
import { OperatorError } from '../errors/operator-error';
import type { DatabaseLocation } from './data-source.options';

export function embeddedDatabaseFolder(dataDir: string): string {
  return path.join(dataDir, 'postgres');
}

/** The PostgreSQL of a run without `DATABASE_URL`: started with the service, stopped with it, its data kept. */
@Injectable()
export class EmbeddedDatabase implements OnApplicationShutdown {
  private readonly logger = new Logger(EmbeddedDatabase.name);
  private handle: EmbeddedPostgresHandle | undefined;
  private location: Promise<DatabaseLocation> | undefined;

  constructor(
    private readonly configuration: Configuration,
    private readonly modules: ModuleRef,
  ) {}

  /** Where the service's database is; starts the embedded one when no other is configured. */
  locate(): Promise<DatabaseLocation> {
    return (this.location ??= this.find());
  }

  async onApplicationShutdown(): Promise<void> {
    // Nest would close the pool after this hook, and PostgreSQL waits for its connections.
    const dataSource = this.modules.get(DataSource, { strict: false });
    if (dataSource.isInitialized) await dataSource.destroy();
    await this.handle?.stop();
  }

  private async find(): Promise<DatabaseLocation> {
    const { url } = this.configuration.database;
    if (url !== undefined) return { url };
    this.handle = await this.start();
    void this.exitWhenItDies(this.handle);
    return this.handle.connection;
  }

  private async start(): Promise<EmbeddedPostgresHandle> {
    try {
      return await startEmbeddedPostgres({
        dataDir: embeddedDatabaseFolder(this.configuration.dataDir),
        database: 'gatehouse',
        onLog: (line) => this.logger.debug(line),
      });
    } catch (cause) {
      const because = cause instanceof Error ? cause.message : String(cause);
      throw new OperatorError(`${because}\nDATABASE_URL can name another PostgreSQL server.`, { cause });
    }
  }

  private async exitWhenItDies(handle: EmbeddedPostgresHandle): Promise<void> {
    const { expected } = await handle.exited;
    if (expected) return;
    this.logger.fatal('The embedded PostgreSQL ended by itself; Gatehouse cannot go on without it. Start it again.');
    process.exit(1);
  }
}
