import { execFileSync } from 'node:child_process';
import fs from 'node:fs';

export interface Account {
  uid: number;
  gid: number;
}

/**
 * Whom to run PostgreSQL as, since it refuses root; undefined: as ourselves. The owner of an existing folder comes first:
 * PostgreSQL takes a data folder from its owner only, whichever accounts were installed since.
 */
export function accountFor(dataDir: string): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  return ownerOf(dataDir) ?? accountNamed('postgres') ?? accountNamed('nobody') ?? { uid: 65534, gid: 65534 };
}

function ownerOf(folder: string): Account | undefined {
  const stat = fs.statSync(folder, { throwIfNoEntry: false });
  return stat === undefined || stat.uid === 0 ? undefined : { uid: stat.uid, gid: stat.gid };
}

function accountNamed(name: string): Account | undefined {
  try {
    const [uid, gid] = ['-u', '-g'].map((option) =>
      Number(execFileSync('id', [option, name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })),
    );
    return uid === undefined || gid === undefined ? undefined : { uid, gid };
  } catch {
    return undefined;
  }
}

/** False when the folder, or one above it (/root has mode 700), is closed to the account. */
export function canEnter(folder: string, account: Account | undefined): boolean {
  if (account === undefined) return true;
  try {
    execFileSync('/bin/sh', ['-c', 'cd "$0"', folder], { ...account, cwd: '/', stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

export function giveTo(account: Account | undefined, file: string): void {
  if (account !== undefined) fs.chownSync(file, account.uid, account.gid);
}
