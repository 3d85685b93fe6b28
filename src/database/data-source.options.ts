import type { DataSourceOptions } from 'typeorm';
import { DatabaseLogger } from './database-logger';
import { ImpatientClient } from './impatient-client';
import { MIGRATIONS } from './migrations';

export interface PostgresAddress {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
}

/** A server by URL, or the embedded one by its parts. */
export type DatabaseLocation = { readonly url: string } | PostgresAddress;

const CONNECT_TIMEOUT_MS = 2_000;
const STATEMENT_TIMEOUT_MS = 3_000;

/** Of a connection, whatever the default of the server: each statement sees what was committed before it. */
export const READ_COMMITTED = '-c default_transaction_isolation=read\\ committed';

/** Common to the service, the migrations, the TypeORM command line and the tests. Entities come with the modules. */
export function dataSourceOptions(location: DatabaseLocation): DataSourceOptions {
  return {
    type: 'postgres',
    ...('url' in location
      ? { url: location.url }
      : {
          host: location.host,
          port: location.port,
          username: location.user,
          password: location.password,
          database: location.database,
        }),
    applicationName: 'gatehouse',
    connectTimeoutMS: CONNECT_TIMEOUT_MS,
    migrations: MIGRATIONS,
    migrationsTransactionMode: 'each',
    migrationsRun: false,
    synchronize: false,
    // Managed servers give no right to create extensions, and gen_random_uuid() is built in.
    installExtensions: false,
    uuidExtension: 'pgcrypto',
    logger: new DatabaseLogger(),
  };
}

/** With limits that keep a request from hanging when packets vanish. Not for migrations: those may take long. */
export function servingOptions(location: DatabaseLocation, poolSize: number): DataSourceOptions {
  return Object.assign(dataSourceOptions(location), {
    poolSize,
    extra: {
      Client: ImpatientClient,
      keepAlive: true,
      // Later than PostgreSQL's own, so that only answers that never come cost the connection.
      query_timeout: STATEMENT_TIMEOUT_MS + 500,
      statement_timeout: STATEMENT_TIMEOUT_MS,
      idle_in_transaction_session_timeout: STATEMENT_TIMEOUT_MS,
      // What is used once is looked up after its lock: that has to see what was committed before it.
      options: READ_COMMITTED,
    },
  });
}
