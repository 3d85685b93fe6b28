import path from 'node:path';
import { parseArgs } from 'node:util';
import { Caller } from './lib/caller';
import { figuresOf, ratio, shown } from './lib/figures';
import { fillWithOldLogins } from './lib/old-logins';
import { type BenchPostgres, startPostgres, withDatabase } from './lib/postgres';
import { type Replica, startReplica } from './lib/replica';
import { say } from './lib/say';
import { timed, times } from './lib/timed';

/** Few, and at the sides in turn, so that whatever else the machine does hits both alike. */
const BATCH = 20;
const POLICIES = ['static', 'rotate'] as const;

interface Side {
  readonly name: string;
  readonly url: string;
  readonly replica: Replica;
  readonly caller: Caller;
  /** The logins of each client, by their present refresh tokens. */
  readonly logins: Readonly<Record<string, string[]>>;
}

/** Refreshes beside millions of expired refresh tokens, against the same with none; then those are dropped. */
export async function refreshRetention(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      'old-logins': { type: 'string', default: '1000000' },
      'tokens-each': { type: 'string', default: '5' },
      logins: { type: 'string', default: '200' },
      refreshes: { type: 'string', default: '10000' },
      dist: { type: 'string' },
    },
  });
  const postgres = await startPostgres();
  const sides: Side[] = [];
  try {
    for (const name of ['empty', 'full']) sides.push(await startSide(postgres, name, values.dist));
    const [empty, full] = sides;
    if (empty === undefined || full === undefined) return;
    const wanted = { logins: Number(values['old-logins']), tokens: Number(values['tokens-each']) };
    const began = performance.now();
    await withDatabase({ connectionString: full.url }, (db) => fillWithOldLogins(db, wanted));
    say(`${wanted.logins * wanted.tokens} expired refresh tokens made in ${seconds(performance.now() - began)}`);
    for (const { url, caller, logins } of sides) {
      for (const policy of POLICIES) {
        await timed(
          2,
          async () => logins[policy]?.push(await caller.refreshToken(policy)),
          times(Number(values.logins)),
        );
      }
      await withDatabase({ connectionString: url }, (db) => db.query('VACUUM ANALYZE'));
    }
    await withDatabase({ connectionString: full.url }, (db) => db.query('CHECKPOINT'));
    await compare(empty, full, Number(values.refreshes));
    await dropOld(postgres, full);
  } finally {
    for (const { caller, replica } of sides) {
      caller.close();
      await replica.stop();
    }
    await postgres.stop();
  }
}

async function startSide(postgres: BenchPostgres, name: string, dist: string | undefined): Promise<Side> {
  const url = await postgres.create(name);
  const replica = await startReplica({ databaseUrl: url, folder: path.join(postgres.folder, name), dist });
  return { name, url, replica, caller: new Caller(replica.url, 2), logins: { static: [], rotate: [] } };
}

async function compare(empty: Side, full: Side, refreshes: number): Promise<void> {
  for (const policy of POLICIES) {
    const latencies = new Map([empty, full].map((side): [Side, number[]] => [side, []]));
    const batches = Math.ceil(refreshes / BATCH);
    for (let batch = -batches / 10; batch < batches; batch++) {
      for (const side of Math.floor(batch) % 2 === 0 ? [empty, full] : [full, empty]) {
        const those = await timed(1, () => refreshOne(side, policy), times(BATCH));
        if (batch >= 0) latencies.get(side)?.push(...those); // before, it warms up
      }
    }
    const figures = [empty, full].map((side) => figuresOf(latencies.get(side) ?? []));
    const [of, beside] = figures;
    if (of === undefined || beside === undefined) return;
    say(`refresh ${policy}  empty  ${shown(of)}`);
    say(`refresh ${policy}  full   ${shown(beside)}`);
    const ratios = [ratio(beside.p50, of.p50), ratio(beside.p95, of.p95), ratio(beside.p99, of.p99)];
    say(`refresh ${policy}  full/empty  p50 ${ratios[0]}  p95 ${ratios[1]}  p99 ${ratios[2]}`);
  }
}

/** The next one of the logins in turn. */
async function refreshOne({ caller, logins }: Side, policy: string): Promise<void> {
  const tokens = logins[policy] ?? [];
  tokens.push(await caller.refresh(policy, tokens.shift() ?? ''));
}

async function dropOld(postgres: BenchPostgres, full: Side): Promise<void> {
  await withDatabase({ connectionString: full.url }, (db) =>
    // Of connections made from now on: those of the command.
    db.query('ALTER DATABASE "full" SET log_min_duration_statement = 0'),
  );
  let dropping = true;
  const refreshing = timed(
    1,
    () => refreshOne(full, 'rotate'),
    () => !dropping,
  );
  try {
    await full.replica.command('partitions', 'keep');
  } finally {
    dropping = false;
  }
  say(`refresh rotate  meanwhile  ${shown(figuresOf(await refreshing))}`);
  const drops = postgres.drops();
  const total = drops.reduce((sum, ms) => sum + ms, 0);
  say(`drop: ${drops.length} transactions, ${total.toFixed(0)} ms in all, ${Math.max(...drops).toFixed(0)} ms at most`);
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(0)} s`;
}
