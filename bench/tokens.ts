import path from 'node:path';
import { parseArgs } from 'node:util';
import { Caller } from './lib/caller';
import { figuresOf, ratio, shown } from './lib/figures';
import { startPostgres } from './lib/postgres';
import { OWN_DIST, type Replica, startReplica } from './lib/replica';
import { say } from './lib/say';
import { during, timed, type Work } from './lib/timed';

interface Side {
  readonly name: string;
  readonly replica: Replica;
  readonly caller: Caller;
  readonly kinds: Readonly<Record<string, Work>>;
}

/** Requests a second and latencies of each kind of request; of two builds or settings in turn, if asked. */
export async function tokens(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      concurrency: { type: 'string', default: '16' },
      rounds: { type: 'string', default: '5' },
      seconds: { type: 'string', default: '2' },
      other: { type: 'string' },
      'other-env': { type: 'string', multiple: true },
    },
  });
  const workers = Number(values.concurrency);
  const ms = Number(values.seconds) * 1_000;
  const postgres = await startPostgres();
  const sides: Side[] = [];
  const start = async (name: string, dist: string, settings: readonly string[]) => {
    const folder = path.join(postgres.folder, name);
    const env = Object.fromEntries(settings.map((one): [string, string] => [one.split('=')[0] ?? '', valueIn(one)]));
    const replica = await startReplica({ databaseUrl: await postgres.create(name), folder, dist, env });
    const caller = new Caller(replica.url, workers);
    sides.push({ name, replica, caller, kinds: await kindsOf(caller, workers) });
  };
  try {
    await start('this', OWN_DIST, []);
    const { other, 'other-env': otherEnv } = values;
    if (other !== undefined || otherEnv !== undefined) {
      await start('other', path.resolve(other ?? OWN_DIST), otherEnv ?? []);
    }
    for (const kind of Object.keys(sides[0]?.kinds ?? {}))
      await measure(kind, sides, workers, ms, Number(values.rounds));
  } finally {
    for (const { caller, replica } of sides) {
      caller.close();
      await replica.stop();
    }
    await postgres.stop();
  }
}

/** One kind of request, at the sides in turn, so that whatever else the machine does hits them alike. */
async function measure(
  kind: string,
  sides: readonly Side[],
  workers: number,
  ms: number,
  rounds: number,
): Promise<void> {
  const latencies = sides.map((): number[] => []);
  const seconds = sides.map(() => 0);
  for (let round = 0; round <= rounds; round++) {
    for (const [index, { kinds }] of sides.entries()) {
      const work = kinds[kind] ?? (() => Promise.reject(new Error(`No work is named ${kind}.`)));
      const began = performance.now();
      const those = await timed(workers, work, during(round === 0 ? ms / 2 : ms));
      if (round === 0) continue; // warms up
      latencies[index]?.push(...those);
      seconds[index] = (seconds[index] ?? 0) + (performance.now() - began) / 1_000;
    }
  }
  const rates = latencies.map((those, index) => those.length / (seconds[index] ?? NaN));
  for (const [index, { name }] of sides.entries()) {
    const rate = (rates[index] ?? NaN).toFixed(0).padStart(6);
    say(`${kind.padEnd(26)} ${name.padEnd(6)} ${rate}/s  ${shown(figuresOf(latencies[index] ?? []))}`);
  }
  const [own, other] = rates;
  if (own !== undefined && other !== undefined) say(`${kind.padEnd(26)} this/other ${ratio(own, other)}`);
}

async function kindsOf(caller: Caller, workers: number): Promise<Record<string, Work>> {
  const logins = (client: string) => Promise.all(Array.from({ length: workers }, () => caller.refreshToken(client)));
  const staying = await logins('static');
  const rotating = await logins('rotate');
  const { access_token: own = '' } = await caller.token('elliptic', { grant_type: 'client_credentials' });
  const { access_token: ofUser = '' } = await caller.token('static', {
    ...{ grant_type: 'refresh_token', refresh_token: staying[0] ?? '' },
  });
  return {
    'client_credentials ES256': () => caller.token('elliptic', { grant_type: 'client_credentials' }),
    'client_credentials RS256': () => caller.token('rsa', { grant_type: 'client_credentials' }),
    'refresh static': (worker) => caller.refresh('static', staying[worker] ?? ''),
    'refresh rotate': async (worker) => (rotating[worker] = await caller.refresh('rotate', rotating[worker] ?? '')),
    'introspection client': () => caller.isActive('elliptic', own),
    'introspection user': () => caller.isActive('static', ofUser),
  };
}

function valueIn(setting: string): string {
  return setting.slice(setting.indexOf('=') + 1);
}
