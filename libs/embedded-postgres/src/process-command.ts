import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { hasCode } from './error-code';

/** The command line of a process, '' when it has none (a zombie) or hides it; undefined when there is no such process. */
export function commandOf(pid: number): string | undefined {
  if (process.platform === 'linux') {
    try {
      return fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
    } catch (error) {
      return hasCode(error, 'ENOENT', 'ESRCH') ? undefined : '';
    }
  }
  try {
    const [file, args] =
      process.platform === 'win32'
        ? ['tasklist', ['/fi', `pid eq ${pid}`, '/fo', 'csv', '/nh']]
        : ['ps', ['-ww', '-o', 'command=', '-p', String(pid)]];
    const output = execFileSync(file, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    // Without a match, tasklist prints a sentence and succeeds.
    return process.platform === 'win32' && !output.includes(`"${pid}"`) ? undefined : output.trim();
  } catch {
    return undefined;
  }
}

/**
 * Is this the command of a PostgreSQL server on the folder? In doubt, i.e. when it does not say its folder in full, yes:
 * two servers on one folder would ruin it.
 */
export function isServerCommand(command: string, dataDir: string): boolean {
  // tasklist tells the program alone, as `"postgres.exe","123",...`.
  if (process.platform === 'win32') return command.startsWith('"postgres.exe"');
  if (command.includes('postgres') && `${command} `.includes(` -D ${dataDir} `)) return true;
  const [program = ''] = command.split(' -');
  return path.basename(program.trim()) === 'postgres' && !command.includes(' -D /');
}
