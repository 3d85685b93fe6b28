import { execFile } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { builtService } from './built-service';
import { DatabaseFront } from './database-front';
import { removeFolder, scratchFolder } from './scratch-folder';
import { endServiceProcesses, type ServiceProcess, startServiceProcess } from './service-process';
import { createTestDatabase, type TestDatabase } from './test-database';

const ISSUER = 'https://id.test';
const PASSWORD = 'of-the-other-replica';

/** Two processes on one database; whatever fails for the one leaves the other alone. */
export interface TwoReplicas {
  readonly one: ServiceProcess;
  readonly other: ServiceProcess;
  readonly database: TestDatabase;
  /** Between the other one and its database. */
  readonly front: DatabaseFront;
  /** The names of the other one's connections. */
  applications(): Promise<string[]>;
  /** Ends, at the server, the other one's connections of that name. */
  terminate(application: string): Promise<void>;
  /** Runs the `gatehouse` command, a process of its own, beside the first. Rejects when it fails. */
  gatehouse(...words: string[]): Promise<string>;
  stop(): Promise<void>;
}

const execute = promisify(execFile);

/** @param world a seed file */
export async function startTwoReplicas(world: object, env: Record<string, string> = {}): Promise<TwoReplicas> {
  const folder = scratchFolder();
  const database = await createTestDatabase();
  const front = await DatabaseFront.before(database.url);
  const stop = async () => {
    await endServiceProcesses();
    front.stop();
    await database.drop();
    removeFolder(folder);
  };
  try {
    // A user of its own, by whom its connections are known. It goes with the server of the tests.
    const [{ name: user } = { name: '' }] = await database.query<{ name: string }>(
      `SELECT current_database() || '_other' AS name`,
    );
    await database.query(`CREATE ROLE ${user} SUPERUSER LOGIN PASSWORD '${PASSWORD}'`);
    fs.writeFileSync(path.join(folder, 'world.json'), JSON.stringify(world));
    const main = await builtService();
    const common = { ISSUER, SEED_FILE: 'world.json', LOG_LEVEL: 'warn', ...env };
    const start = (url: string) => startServiceProcess({ cwd: folder, env: { ...common, DATABASE_URL: url } });
    const one = await start(database.url);
    const other = await start(front.urlFor(database.url, user, PASSWORD));
    return {
      one,
      other,
      database,
      front,
      applications: async () => {
        const rows = await database.query<{ name: string }>(
          'SELECT DISTINCT application_name AS name FROM pg_stat_activity WHERE usename = $1',
          [user],
        );
        return rows.map(({ name }) => name);
      },
      terminate: async (application) => {
        await database.query(
          'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = $1 AND application_name = $2',
          [user, application],
        );
      },
      gatehouse: async (...words) => {
        const command = path.join(path.dirname(main), 'cli/main.js');
        const settings = { PATH: process.env.PATH, ...common, DATABASE_URL: database.url };
        return (await execute(process.execPath, [command, ...words], { cwd: folder, env: settings })).stdout;
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
