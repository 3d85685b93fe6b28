import { refreshRetention } from './refresh-retention';
import { revocation } from './revocation';
import { tokens } from './tokens';

const BENCHES: Readonly<Record<string, (options: string[]) => Promise<void>>> = {
  'refresh-retention': refreshRetention,
  revocation,
  tokens,
};

async function main([name = '', ...options]: string[]): Promise<void> {
  const bench = BENCHES[name];
  if (bench === undefined)
    throw new Error(`npm run bench -- <${Object.keys(BENCHES).join('|')}> (see bench/README.md)`);
  await bench(options);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
});
