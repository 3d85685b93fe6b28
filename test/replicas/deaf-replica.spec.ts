import { setTimeout as sleep } from 'node:timers/promises';
import { type Ending, endingsOf } from '../harness/replica-endings';
import { issuance, logIn, type Probe, usesOfLogin, type Verdict } from '../harness/replica-probes';
import { replicaWorld } from '../harness/replica-world';
import { startTwoReplicas, type TwoReplicas } from '../harness/two-replicas';

/** How long the other replica stays deaf when all has been ended. */
const DEAF_MS = 1_500;
/** The longest that a caller waits: 2 s for a connection, 3 s for an answer of the database, and a slow machine. */
const ANSWERS_WITHIN_MS = 10_000;
const HEARS_WITHIN_MS = 1_000;
const SLOWEST_MS = 20_000;

/** Every name by which a replica connects: one that is new belongs here, so that its end is tried, too. */
const CONNECTIONS = ['gatehouse changes', 'gatehouse'] as const;

interface Disturbance {
  begin(replicas: TwoReplicas): void | Promise<void>;
  /** Again and again while the replica is to stay deaf. */
  again?(replicas: TwoReplicas): Promise<void>;
  end(replicas: TwoReplicas): void | Promise<void>;
  /** Until the replica is itself again. */
  readonly hearsWithinMs?: number;
}

const DISTURBANCES: Readonly<Record<string, Disturbance>> = {
  cut: { begin: ({ front }) => front.cut(), end: ({ front }) => front.mend() },
  silenced: { begin: ({ front }) => front.silence(), end: ({ front }) => front.mend() },
  stopped: { begin: ({ other }) => other.signal('SIGSTOP'), end: ({ other }) => other.signal('SIGCONT') },
  ...Object.fromEntries(
    CONNECTIONS.flatMap((name): [string, Disturbance][] => [
      [
        `silenced-${name.replace(' ', '-')}`,
        { begin: ({ front }) => front.silence(name), end: ({ front }) => front.mend() },
      ],
      [
        `terminated-${name.replace(' ', '-')}`,
        { begin: (all) => all.terminate(name), again: (all) => all.terminate(name), end: () => undefined },
      ],
    ]),
  ),
  // It learns of that only by waiting: 2 s for a connection, 3 s for an answer.
  lost: { begin: ({ front }) => front.silence(), end: ({ front }) => front.mend({ lost: true }), hearsWithinMs: 6_000 },
};

interface Told {
  /** What it is about. */
  readonly of: string;
  readonly what: string;
  readonly verdict: Verdict;
  readonly sentAt: number;
  readonly ms: number;
  readonly lagMs: number;
}

describe('a replica that does not hear what ends at another', () => {
  let replicas: TwoReplicas;

  beforeAll(async () => {
    replicas = await startTwoReplicas(replicaWorld(Object.keys(DISTURBANCES)));
  }, 120_000);
  afterAll(() => replicas?.stop());

  it('has no connection that this test does not know', async () => {
    const unknown = (await replicas.applications()).filter((name) => !CONNECTIONS.some((known) => known === name));
    expect(unknown).toEqual([]);
  });

  it.each(Object.entries(DISTURBANCES))(
    'says of nothing that it is good which is not: %s',
    async (name, disturbance) => {
      const { one, other } = replicas;
      const endings = await endingsOf(one.url, name);
      const lasting = await lastingProbes(one.url);
      // Whatever it may keep in memory of them, it has.
      for (let round = 0; round < 2; round++) {
        expect(await verdicts(other.url, [...endings.flatMap(({ probes }) => probes), ...lasting])).toEqual(['good']);
      }

      await disturbance.begin(replicas);
      const asking = new Asking(other.url);
      asking.about('what lasts', lasting);
      const endedAt = new Map<string, number>();
      for (const { what, probes } of endings) asking.about(what, probes);
      await Promise.all(endings.map(async (ending) => endedAt.set(ending.what, await end(ending))));
      for (const until = Date.now() + DEAF_MS; Date.now() < until; await sleep(50)) {
        await disturbance.again?.(replicas);
      }
      await disturbance.end(replicas);
      await sleep(disturbance.hearsWithinMs ?? HEARS_WITHIN_MS);
      await untilItselfAgain(other.url, lasting);
      const told = await asking.stop();

      const ofEnded = told.filter(({ of }) => endedAt.has(of));
      const ofLasting = told.filter(({ of }) => !endedAt.has(of));
      const after = ({ of, lagMs }: Told) => (endedAt.get(of) ?? 0) + lagMs;
      expect(some(ofEnded, (one) => one.verdict === 'good' && one.sentAt > after(one))).toEqual([]);
      // It does not refuse everything, either.
      expect(some(ofLasting, ({ verdict }) => verdict === 'over')).toEqual([]);
      expect(some(told, ({ verdict }) => verdict.startsWith('odd'))).toEqual([]);
      if (name !== 'stopped') expect(some(told, ({ ms }) => ms > ANSWERS_WITHIN_MS)).toEqual([]);
      for (const { probes } of endings) expect(await verdicts(other.url, probes)).toEqual(['over']);
      expect(await verdicts(other.url, lasting)).toEqual(['good']);
    },
    120_000,
  );
});

/** Until it can tell of everything again, which takes a slow machine longer. */
async function untilItselfAgain(base: string, lasting: readonly Probe[]): Promise<void> {
  for (const end = Date.now() + SLOWEST_MS; Date.now() < end; await sleep(50)) {
    if (!(await verdicts(base, lasting)).includes('cannot tell')) return;
  }
}

async function end(ending: Ending): Promise<number> {
  await ending.end();
  return Date.now();
}

async function lastingProbes(base: string): Promise<Probe[]> {
  return [...usesOfLogin(await logIn(base, 'ada')), issuance('worker')];
}

async function verdicts(base: string, probes: readonly Probe[]): Promise<Verdict[]> {
  return [...new Set(await Promise.all(probes.map((probe) => probe.ask(base))))];
}

/** Enough of them to see what is wrong. */
function some(told: readonly Told[], which: (one: Told) => boolean): Told[] {
  return told.filter(which).slice(0, 5);
}

/** Puts each question again as soon as it is answered. */
class Asking {
  private readonly told: Told[] = [];
  private readonly workers: Promise<void>[] = [];
  private stopping = false;

  constructor(private readonly base: string) {}

  about(thing: string, probes: readonly Probe[]): void {
    for (const probe of probes) this.workers.push(this.ask(thing, probe));
  }

  async stop(): Promise<readonly Told[]> {
    this.stopping = true;
    await Promise.all(this.workers);
    return this.told;
  }

  private async ask(of: string, probe: Probe): Promise<void> {
    const { what, lagMs } = probe;
    while (!this.stopping) {
      const sentAt = Date.now();
      const verdict = await probe.ask(this.base);
      this.told.push({ of, what, verdict, sentAt, ms: Date.now() - sentAt, lagMs });
      await sleep(50);
    }
  }
}
