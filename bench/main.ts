import { refreshRetention } from './refresh-retention';
import { revocation } from './revocation';
import { tokens } from './tokens';

const BENCHES: Readonly<Record<string, (options: string[]) => Promise<void>>> = {
  'refresh-retention': refreshRetention,
  revocation,
  tokens,
};

async function main([name = '', ...options]: string[]): Promise<void> {
  const bench = Object.hasOwn(BENCHES, name) ? BENCHES[name] : undefined;
  if (bench !== undefined) return bench(options);
  process.stderr.write(`Usage: npm run bench -- <${Object.keys(BENCHES).join('|')}> (see bench/README.md)\n`);
  process.exitCode = 1;
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
});
