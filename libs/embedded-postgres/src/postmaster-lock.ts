import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { commandOf, isServerCommand } from './process-command';

/** A server whose application died shows that it is stopping as soon as its guard has noticed; within this, at the latest. */
const GUARD_REACTION_MS = 2_000;
/** More than a guard lets pass between its first signal and the last. */
const LONGEST_STOP_MS = 40_000;

interface PostmasterLock {
  pid: number;
  stopping: boolean;
}

const lockFile = (dataDir: string) => path.join(dataDir, 'postmaster.pid');

/** A file of lines: the first is the process id; the eighth, in postmaster.pid, the state of the server. */
function readLock(file: string): PostmasterLock | undefined {
  if (!fs.existsSync(file)) return undefined;
  const lines = fs.readFileSync(file, 'utf8').split('\n');
  const pid = Number(lines[0]);
  return Number.isInteger(pid) && pid > 0 ? { pid, stopping: lines[7]?.trim() === 'stopping' } : undefined;
}

/** @throws Error when no server has the folder */
export function postmasterPid(dataDir: string): number {
  const lock = readLock(lockFile(dataDir));
  if (lock === undefined) throw new Error(`No PostgreSQL server has written its process id to ${dataDir}`);
  return lock.pid;
}

function runningServer(dataDir: string): PostmasterLock | undefined {
  const lock = readLock(lockFile(dataDir));
  if (lock === undefined) return undefined;
  const command = commandOf(lock.pid);
  return command !== undefined && isServerCommand(command, dataDir) ? lock : undefined;
}

/** @throws Error when a server runs on the folder */
export function refuseFolderInUse(dataDir: string): void {
  const server = runningServer(dataDir);
  if (server === undefined) return;
  throw new Error(`${dataDir} is in use by another running instance (PostgreSQL process ${server.pid})`);
}

/**
 * Waits for a server that is being stopped because its application died.
 *
 * @throws Error when the folder is in use by a server that goes on running, i.e. whose application lives
 */
export async function waitUntilFree(dataDir: string, log: (line: string) => void): Promise<void> {
  const began = Date.now();
  for (let server = runningServer(dataDir), first = true; server; server = runningServer(dataDir), first = false) {
    if (first) log(`PostgreSQL process ${server.pid} has ${dataDir}: waiting for it to stop`);
    if (Date.now() - began > (server.stopping ? LONGEST_STOP_MS : GUARD_REACTION_MS)) refuseFolderInUse(dataDir);
    await sleep(50);
  }
}

/**
 * Removes the lock files left by a crash whose process id now belongs to some other process: PostgreSQL would take that
 * process for its predecessor and never start. Ids come round soon in containers and after a reboot. With an id that is
 * free the files stay: PostgreSQL then makes sure itself that no child of that server still uses the folder.
 */
export function removeStaleLocks(dataDir: string, socketFolder: string): void {
  const sockets = fs.existsSync(socketFolder) ? fs.readdirSync(socketFolder) : [];
  const socketLocks = sockets.filter((name) => name.endsWith('.lock')).map((name) => path.join(socketFolder, name));
  for (const file of [lockFile(dataDir), ...socketLocks]) {
    const lock = readLock(file);
    const command = lock === undefined ? undefined : commandOf(lock.pid);
    // Nothing asynchronous between reading and removing: meanwhile another start could put its own file there.
    if (command !== undefined && !isServerCommand(command, dataDir)) fs.rmSync(file, { force: true });
  }
}
