import path from 'node:path';
import type { EmbeddedPostgresHandle, EmbeddedPostgresOptions } from './contract';
import { isInitialised, locateDataFolder } from './data-folder';
import { ensureDatabase } from './database';
import { chooseEndpoint } from './endpoint';
import { initialiseData, readPassword, removeDrafts } from './initial-data';
import { nativeBinaries } from './native-binaries';
import { postmasterPid, removeStaleLocks, waitUntilFree } from './postmaster-lock';
import { launchServer } from './server-process';

/**
 * Starts a PostgreSQL server that lives and dies with this process, and keeps its data.
 *
 * @throws Error when this platform has no binaries, when the folder is in use by another running application (after
 *   2 s, in which a server left by a crash would have begun to stop), or when PostgreSQL does not start: with the end of
 *   its log
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgresHandle> {
  const { user = 'postgres', ephemeral = false, onLog: log = () => undefined } = options;
  const dataFolder = locateDataFolder(path.resolve(options.dataDir), log);
  const { path: dataDir, account } = dataFolder;
  const { initdb, postgres } = nativeBinaries(account);

  if (!isInitialised(dataDir)) {
    log(`initialising the data folder ${dataDir}`);
    await initialiseData(dataFolder, initdb, { user, ephemeral });
  }
  const password = readPassword(dataDir);
  const socketFolder = `${dataDir}.run`;
  await waitUntilFree(dataDir, log);
  removeStaleLocks(dataDir, socketFolder);

  const endpoint = await chooseEndpoint(options.port, socketFolder, account);
  const settings: Record<string, string> = {
    ...endpoint.settings,
    shared_buffers: '64MB',
    max_connections: '50',
    logging_collector: 'off',
    // Not in /dev/shm, which is small in containers.
    dynamic_shared_memory_type: process.platform === 'win32' ? 'windows' : 'mmap',
    ...(ephemeral ? { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' } : {}),
    ...options.settings,
  };
  const args = ['-D', dataDir, '-p', String(endpoint.port)];
  for (const [name, value] of Object.entries(settings)) args.push('-c', `${name}=${value}`);

  const server = await launchServer({ postgres, dataDir, args, account, log });
  try {
    const { host, port } = endpoint;
    const connection = { host, port, user, password, database: options.database };
    await ensureDatabase(connection);
    removeDrafts(dataDir, log);
    return { connection, pid: postmasterPid(dataDir), exited: server.exited, stop: server.stop };
  } catch (error) {
    await server.stop();
    throw error;
  }
}
