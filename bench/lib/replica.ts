import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { WORLD } from './world';

const STARTS_WITHIN_MS = 60_000;

/** The `dist` that this bench is in. */
export const OWN_DIST = path.resolve(__dirname, '../..');

interface Options {
  readonly databaseUrl: string;
  /** Where its files are: a replica beside it has to share them. */
  readonly folder: string;
  readonly dist?: string | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
}

/** A service process. */
export interface Replica {
  readonly url: string;
  /** Runs its `gatehouse` command: milliseconds. */
  command(...words: string[]): Promise<number>;
  stop(): Promise<void>;
}

export async function startReplica({ databaseUrl, folder, dist = OWN_DIST, env = {} }: Options): Promise<Replica> {
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(path.join(folder, 'world.json'), JSON.stringify(WORLD));
  const port = await freePort();
  const settings = {
    ...{ DATABASE_URL: databaseUrl, PORT: String(port), ISSUER: 'https://id.bench', SEED_FILE: 'world.json' },
    ...{ THROTTLE_ADDRESS_LIMIT: '1000000000', THROTTLE_CLIENT_LIMIT: '1000000000', LOG_LEVEL: 'error', ...env },
  };
  const run = (script: string) => [path.join(dist, 'src', script)];
  const child = spawn(process.execPath, run('main.js'), { cwd: folder, env: settings });
  const errors = text(child.stderr);
  child.stdout.resume();
  await started(child, port, errors);
  return {
    url: `http://127.0.0.1:${port}`,
    command: async (...words) => {
      const began = performance.now();
      await promisify(execFile)(process.execPath, [...run('cli/main.js'), ...words], { cwd: folder, env: settings });
      return performance.now() - began;
    },
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill();
      await once(child, 'exit');
    },
  };
}

async function started(child: ChildProcess, port: number, errors: Promise<string>): Promise<void> {
  for (const end = Date.now() + STARTS_WITHIN_MS; Date.now() < end; await sleep(50)) {
    if (child.exitCode !== null) throw new Error(`The service ended instead of starting:\n${await errors}`);
    const answer = await fetch(`http://127.0.0.1:${port}/health/ready`).catch(() => undefined);
    if (answer?.ok === true) return;
  }
  child.kill('SIGKILL');
  throw new Error(`The service does not start:\n${await errors}`);
}

async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('No TCP port was assigned.');
  return address.port;
}
