import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { ensureSystemFolder, systemPath } from './system-folder';
import { type Account, accountFor, canEnter } from './unprivileged-account';

export interface DataFolder {
  /** Without symbolic links: it is compared with what running servers say about themselves. */
  path: string;
  account: Account | undefined;
}

/**
 * The folder asked for, or as root one in /var/lib when PostgreSQL's account cannot enter the folders above it.
 *
 * @throws Error when the folder holds data but its account cannot enter it: another one would look like lost data
 */
export function locateDataFolder(requested: string, log: (line: string) => void): DataFolder {
  // Not with mode 700, as the data folder itself: that would close the parents to PostgreSQL's account.
  fs.mkdirSync(path.dirname(requested), { recursive: true });
  const wanted = atRealPath(requested);
  if (wanted.account === undefined) return wanted;
  const enterable = canEnter(path.dirname(wanted.path), wanted.account);
  if (isInitialised(wanted.path)) {
    if (enterable) return wanted;
    throw new Error(`${wanted.path} cannot be entered by uid ${wanted.account.uid}, the owner of its data`);
  }
  const substitute = substituteFor(wanted.path);
  // Data is used where it is, even if the folder asked for has become enterable since.
  if (enterable && !isInitialised(substitute)) return wanted;
  ensureSystemFolder();
  log(
    `PostgreSQL refuses to run as root, and other accounts cannot enter ${wanted.path}: the data is in ${substitute}`,
  );
  return atRealPath(substitute);
}

function atRealPath(folder: string): DataFolder {
  const real = fs.existsSync(folder)
    ? fs.realpathSync(folder)
    : path.join(fs.realpathSync(path.dirname(folder)), path.basename(folder));
  return { path: real, account: accountFor(real) };
}

function substituteFor(dataDir: string): string {
  return systemPath(`data-${createHash('sha256').update(dataDir).digest('hex').slice(0, 12)}`);
}

export function isInitialised(dataDir: string): boolean {
  return fs.existsSync(path.join(dataDir, 'PG_VERSION'));
}
