import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { type DataFolder, isInitialised } from './data-folder';
import { hasCode } from './error-code';
import { spawnGuarded } from './guard';
import { giveTo } from './unprivileged-account';

/** In the data folder, so that a copy of the folder can be used without anything else. */
const PASSWORD_FILE = 'superuser-password';

const draftPrefix = (dataDir: string) => `${dataDir}.initdb-`;

/**
 * Fills the data folder by initdb, in a draft folder beside it which takes its place when complete: initdb killed
 * half way leaves a folder that neither PostgreSQL nor another initdb accepts.
 */
export async function initialiseData(
  dataFolder: DataFolder,
  initdb: string,
  options: { user: string; ephemeral: boolean },
): Promise<void> {
  const draft = fs.mkdtempSync(draftPrefix(dataFolder.path));
  try {
    giveTo(dataFolder.account, draft);
    const passwordFile = path.join(draft, PASSWORD_FILE);
    fs.writeFileSync(passwordFile, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600 });
    giveTo(dataFolder.account, passwordFile);
    const data = path.join(draft, 'data');
    await run(initdb, dataFolder, [
      `--pgdata=${data}`,
      `--username=${options.user}`,
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale=C',
      ...(options.ephemeral ? ['--no-sync'] : []),
    ]);
    fs.renameSync(passwordFile, path.join(data, PASSWORD_FILE));
    putInPlace(data, dataFolder.path);
  } catch (error) {
    // When another process was faster, its result is as good as ours.
    if (!isInitialised(dataFolder.path)) throw error;
  } finally {
    fs.rmSync(draft, { recursive: true, force: true });
  }
}

function putInPlace(data: string, dataDir: string): void {
  try {
    // Elsewhere rename() replaces an empty folder.
    if (process.platform === 'win32' && fs.existsSync(dataDir)) fs.rmdirSync(dataDir);
    fs.renameSync(data, dataDir);
  } catch (cause) {
    if (!hasCode(cause, 'EEXIST', 'ENOTEMPTY')) throw cause;
    throw new Error(`${dataDir} is neither empty nor a PostgreSQL data folder`, { cause });
  }
}

function run(initdb: string, { account }: DataFolder, args: string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const guard = spawnGuarded(initdb, args, account);
    let stderr = '';
    guard.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    guard.once('error', reject);
    guard.once('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`initdb failed with exit code ${code}: ${stderr.trim()}`));
    });
  });
}

/** @throws Error when the folder was not made by this library */
export function readPassword(dataDir: string): string {
  try {
    return fs.readFileSync(path.join(dataDir, PASSWORD_FILE), 'utf8').trim();
  } catch (cause) {
    throw new Error(`The password of the PostgreSQL data folder ${dataDir} cannot be read`, { cause });
  }
}

/** For the owner of a running server only: nobody else can then still make use of a draft. */
export function removeDrafts(dataDir: string, log: (line: string) => void): void {
  const folder = path.dirname(dataDir);
  for (const name of fs.readdirSync(folder)) {
    const draft = path.join(folder, name);
    if (!draft.startsWith(draftPrefix(dataDir))) continue;
    try {
      fs.rmSync(draft, { recursive: true, force: true });
    } catch (error) {
      // The initdb of a process that was killed may still be writing there. The next start removes it.
      log(`${draft} cannot be removed yet: ${String(error)}`);
    }
  }
}
