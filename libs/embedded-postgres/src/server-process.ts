import net from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EmbeddedPostgresExit } from './contract';
import { type GuardProcess, requestStop, spawnGuarded } from './guard';
import { refuseFolderInUse } from './postmaster-lock';
import type { Account } from './unprivileged-account';

const READY = 'database system is ready to accept connections';
/** PostgreSQL's words when children of a server that was killed are still alive. */
const CHILDREN_LEFT = 'pre-existing shared memory block';
const CHILDREN_LEAVE_WITHIN_MS = 5_000;
/** How much of the log an error message quotes. */
const QUOTED_LINES = 15;

export interface ServerCommand {
  postgres: string;
  dataDir: string;
  args: string[];
  account: Account | undefined;
  log: (line: string) => void;
}

export interface ServerProcess {
  exited: Promise<EmbeddedPostgresExit>;
  stop: () => Promise<void>;
}

/**
 * Resolves when the server accepts connections. There is no time limit: recovery after a crash takes as long as it takes.
 *
 * @throws Error with the end of the server's log when it ends instead, or saying that the folder is in use
 */
export async function launchServer(command: ServerCommand): Promise<ServerProcess> {
  const began = Date.now();
  for (;;) {
    const lines: string[] = [];
    const guard = spawnGuarded(command.postgres, command.args, command.account);
    const server = supervise(guard, command);
    if (await becomesReady(guard, lines, command.log)) return server;
    // Another application may have been faster by a moment.
    refuseFolderInUse(command.dataDir);
    const transient = lines.some((line) => line.includes(CHILDREN_LEFT));
    if (!transient || Date.now() - began > CHILDREN_LEAVE_WITHIN_MS) {
      throw new Error(`PostgreSQL did not start: ${lines.slice(-QUOTED_LINES).join('\n')}`);
    }
    await sleep(250);
  }
}

function supervise(guard: GuardProcess, { postgres, dataDir }: ServerCommand): ServerProcess {
  let expected = false;
  const exited = new Promise<EmbeddedPostgresExit>((resolve) => {
    guard.once('exit', (code) => {
      resolve({ code, expected });
    });
  });
  return {
    exited,
    stop: async () => {
      expected = true;
      guard.ref();
      requestStop(guard, postgres, dataDir);
      await exited;
    },
  };
}

/** Goes on handing the log lines to `log` afterwards; `lines` gets those until the server is ready. */
function becomesReady(guard: GuardProcess, lines: string[], log: (line: string) => void): Promise<boolean> {
  return new Promise((resolve, reject) => {
    let ready = false;
    createInterface({ input: guard.stderr }).on('line', (line) => {
      if (line.trim() !== '') log(line);
      if (ready) return;
      lines.push(line);
      ready = line.includes(READY);
      if (!ready) return;
      // From here on PostgreSQL must not keep an application alive that has nothing else to do.
      guard.unref();
      for (const stream of [guard.stdin, guard.stderr]) if (stream instanceof net.Socket) stream.unref();
      resolve(true);
    });
    // Not 'exit': the reasons may still be on their way through the pipe.
    guard.once('close', () => {
      resolve(false);
    });
    guard.once('error', reject);
  });
}
