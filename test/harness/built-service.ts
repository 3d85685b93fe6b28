import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const ROOT = path.resolve(__dirname, '../..');
// Inside node_modules, so that what is built finds its packages.
const CACHE = path.join(ROOT, 'node_modules/.cache/gatehouse-test-build');
const SDK = path.join(ROOT, 'libs/grant-sdk');
const SOURCES = ['src', 'libs', 'ormconfig.ts', 'tsconfig.json', 'tsconfig.build.json', 'nest-cli.json'];

/** Longer than any build takes: whoever builds cannot say meanwhile that it is still at it. */
const LOCK_IS_STALE_AFTER_MS = 600_000;
const BUILD_IS_OLD_AFTER_MS = 3_600_000;

interface NestCli {
  compilerOptions: { tsConfigPath: string; deleteOutDir: boolean; assets: { include: string; outDir: string }[] };
}

let building: Promise<string> | undefined;

/**
 * The service as `npm run build` makes it, built once for these sources: the path of its main.js. Leaves dist alone, but
 * for that of the SDK, which it requires by its name.
 */
export function builtService(): Promise<string> {
  return (building ??= build());
}

async function build(): Promise<string> {
  const folder = path.join(CACHE, digestOfSources());
  const main = path.join(folder, 'src/main.js');
  const lock = `${folder}.lock`;
  fs.mkdirSync(CACHE, { recursive: true });
  removeOldBuilds(folder);
  // Jest's workers build one after the other: the first builds, the others find it done.
  while (!fs.existsSync(main) || isSdkStale()) {
    if (!takeLock(lock)) {
      await sleep(100);
      continue;
    }
    try {
      if (isSdkStale()) run(['node_modules/typescript/bin/tsc', '-p', path.join(SDK, 'tsconfig.build.json')]);
      if (!fs.existsSync(main)) buildInto(folder);
    } finally {
      fs.rmSync(lock, { recursive: true, force: true });
    }
  }
  return main;
}

/** Into a draft that is renamed when it is complete, so that nobody runs half a build. */
function buildInto(folder: string): void {
  const draft = fs.mkdtempSync(`${folder}.`);
  const settings = JSON.parse(fs.readFileSync(path.join(ROOT, 'nest-cli.json'), 'utf8')) as NestCli;
  const tsConfigPath = path.join(draft, 'tsconfig.json');
  const extended = path.join(ROOT, settings.compilerOptions.tsConfigPath);
  const compilerOptions = { outDir: '.', tsBuildInfoFile: './.tsbuildinfo' };
  write(tsConfigPath, { extends: path.relative(draft, extended), compilerOptions });
  const assets = settings.compilerOptions.assets.map((asset) => ({ ...asset, outDir: path.relative(ROOT, draft) }));
  const config = path.relative(ROOT, path.join(draft, 'nest-cli.json'));
  write(path.join(ROOT, config), {
    ...settings,
    compilerOptions: {
      ...settings.compilerOptions,
      tsConfigPath: path.relative(ROOT, tsConfigPath),
      deleteOutDir: false,
      allowOutsidePaths: true, // node_modules may be a link
      assets,
    },
  });
  try {
    run(['node_modules/.bin/nest', 'build', '-c', config]);
    fs.renameSync(draft, folder);
  } catch (error) {
    fs.rmSync(draft, { recursive: true, force: true });
    // Who has taken over a lock that was not stale was there first, with the same.
    if ((error as NodeJS.ErrnoException).code !== 'ENOTEMPTY') throw error;
  }
}

function run(command: string[]): void {
  const { status, stdout, stderr } = spawnSync(process.execPath, command, { cwd: ROOT, encoding: 'utf8' });
  if (status !== 0) throw new Error(`The service does not build:\n${stdout}${stderr}`);
}

function isSdkStale(): boolean {
  const built = fs.statSync(path.join(SDK, 'dist/index.js'), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return filesIn(path.join(SDK, 'src')).some((file) => fs.statSync(file).mtimeMs > built);
}

function write(file: string, content: object): void {
  fs.writeFileSync(file, JSON.stringify(content));
}

/** A folder, because only one process can make it. One that outlived its process is taken over. */
function takeLock(lock: string): boolean {
  try {
    fs.mkdirSync(lock);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    if (isOlder(lock, LOCK_IS_STALE_AFTER_MS)) fs.rmSync(lock, { recursive: true, force: true });
    return false;
  }
}

function digestOfSources(): string {
  const hash = createHash('sha256');
  for (const source of SOURCES) {
    for (const file of filesIn(path.join(ROOT, source))) {
      hash.update(path.relative(ROOT, file)).update('\0').update(fs.readFileSync(file)).update('\0');
    }
  }
  return hash.digest('hex').slice(0, 16);
}

function filesIn(file: string): string[] {
  if (!fs.statSync(file).isDirectory()) return file.endsWith('.spec.ts') ? [] : [file];
  return fs
    .readdirSync(file)
    .filter((name) => name !== 'dist' && name !== 'node_modules')
    .sort()
    .flatMap((name) => filesIn(path.join(file, name)));
}

/** But for `wanted`, which others may be running just now. */
function removeOldBuilds(wanted: string): void {
  for (const name of fs.readdirSync(CACHE)) {
    const old = path.join(CACHE, name);
    if (old !== wanted && isOlder(old, BUILD_IS_OLD_AFTER_MS)) fs.rmSync(old, { recursive: true, force: true });
  }
}

function isOlder(file: string, ms: number): boolean {
  const changed = fs.statSync(file, { throwIfNoEntry: false })?.mtimeMs;
  return changed !== undefined && Date.now() - changed > ms;
}
