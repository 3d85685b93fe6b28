import { type ChildProcessByStdio, execFile, spawn } from 'node:child_process';
import path from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { childEnvironment } from './child-environment';
import type { Account } from './unprivileged-account';

/**
 * The guard: a shell that owns PostgreSQL and reads from a pipe that nobody writes to. The pipe ends when this process
 * wants PostgreSQL to stop, or has died, even by kill -9. PostgreSQL then stops as soon as its clients have left (TERM),
 * after 3 s without waiting for them (INT), and if it hangs 30 s later by a crash it recovers from (QUIT). initdb, which
 * has a guard too, tidies up and ends at the first signal.
 */
const GUARD = `
exec 3<&0
"$0" "$@" </dev/null 3<&- &
program=$!
(
  read -r _ <&3
  kill -TERM $program; sleep 3
  kill -INT $program; sleep 30
  kill -QUIT $program
) 2>/dev/null &
wait $program
code=$?
kill $! 2>/dev/null
exit $code
`;

export type GuardProcess = ChildProcessByStdio<Writable, null, Readable>;

/** Windows has no such shell: there PostgreSQL outlives a crash of this process, and the next start finds it in use. */
export function spawnGuarded(program: string, args: string[], account: Account | undefined): GuardProcess {
  const [file, fileArgs] =
    process.platform === 'win32' ? [program, args] : ['/bin/sh', ['-c', GUARD, program, ...args]];
  return spawn(file, fileArgs, {
    ...account,
    cwd: '/',
    env: childEnvironment(),
    stdio: ['pipe', 'ignore', 'pipe'],
    // Out of the terminal's reach: Ctrl-C must not end PostgreSQL before the application has finished with it.
    detached: process.platform !== 'win32',
  });
}

export function requestStop(guard: GuardProcess, postgres: string, dataDir: string): void {
  guard.stdin.end();
  if (process.platform !== 'win32') return;
  const pgCtl = path.join(path.dirname(postgres), 'pg_ctl.exe');
  execFile(pgCtl, ['stop', '-D', dataDir, '-m', 'fast', '-W'], { env: childEnvironment() }, (error) => {
    if (error !== null) guard.kill();
  });
}
