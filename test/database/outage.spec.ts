import path from 'node:path';
import fs from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { type EmbeddedPostgresHandle, startEmbeddedPostgres } from '@gatehouse/embedded-postgres';
import pg from 'pg';
import { builtService } from '../harness/built-service';
import { DIALECTS, type DialectName } from '../harness/dialects';
import { freePort } from '../harness/free-port';
import { get } from '../harness/http';
import { type Load, type Outcome, startLoad } from '../harness/load';
import { removeFolder, scratchFolder } from '../harness/scratch-folder';
import { endServiceProcesses, type ServiceProcess, startServiceProcess } from '../harness/service-process';

const IN_FLIGHT = 20;
const AWAY_MS = 2_000;
/** Promised: 5 s. The rest is for a machine that does other things as well. */
const RECOVERS_WITHIN_MS = 20_000;
/** Until the test has seen enough of something, however slow the machine is. */
const PATIENCE_MS = 30_000;
const ENOUGH_TOKENS = 100;
const ENOUGH_REFUSALS = 10;
const ENOUGH_PROBES = 2;
const CLIENT = { id: 'worker', secret: 'worker-secret' };
const WORLD = `
orgs: [{ id: acme, name: ACME }]
clients: [{ id: worker, org: acme, secret: worker-secret, grantTypes: [client_credentials] }]
`;

interface Probe {
  readonly at: number;
  readonly live: number;
  readonly ready: number;
}

describe('PostgreSQL ends under load and comes back', () => {
  let folder: string;
  let postgres: EmbeddedPostgresHandle;
  let startPostgres: () => Promise<EmbeddedPostgresHandle>;
  let service: ServiceProcess;

  beforeAll(async () => {
    folder = scratchFolder();
    const port = await freePort();
    startPostgres = () =>
      startEmbeddedPostgres({
        dataDir: path.join(folder, 'postgres'),
        database: 'gatehouse',
        port,
        ephemeral: true,
        // What was committed has to outlive a crash of PostgreSQL, if not one of the machine.
        settings: { synchronous_commit: 'on' },
      });
    postgres = await startPostgres();
    const { user, password } = postgres.connection;
    const seedFile = path.join(folder, 'world.yaml');
    fs.writeFileSync(seedFile, WORLD);
    await builtService();
    service = await startServiceProcess({
      cwd: folder,
      env: {
        DATABASE_URL: `postgres://${user}:${encodeURIComponent(password)}@127.0.0.1:${port}/gatehouse`,
        SEED_FILE: seedFile,
        LOG_LEVEL: 'error',
        THROTTLE_ADDRESS_LIMIT: '1000000',
        THROTTLE_CLIENT_LIMIT: '1000000',
      },
    });
  }, 120_000);
  afterAll(async () => {
    await endServiceProcesses();
    await postgres?.stop();
    removeFolder(folder);
  });

  describe.each([
    ['is stopped while its clients are connected', () => postgres.stop()],
    ['crashes', () => crash()],
  ] as const)('%s', (_, endPostgres) => {
    let load: Load;
    let probing: ReturnType<typeof probe>;
    let probes: Probe[];
    let goneAt: number;
    let backAt: number;
    /** What was asked, and answered, while PostgreSQL was away: what was only asked then may be answered later. */
    let whileAway: { outcomes: readonly Outcome[]; probes: readonly Probe[] };
    /** Since when all requests get tokens again. */
    let recoveredAt: number;

    beforeAll(async () => {
      load = startLoad(service.url, CLIENT, IN_FLIGHT);
      probing = probe();
      ({ probes } = probing);
      await until(() => tokens().length >= ENOUGH_TOKENS && probes.length > 0);
      await endPostgres();
      goneAt = Date.now();
      const sentSince = () => ({
        outcomes: load.outcomes.filter(({ sentAt }) => sentAt > goneAt),
        probes: probes.filter(({ at }) => at > goneAt),
      });
      await sleep(AWAY_MS);
      await until(() => {
        const { outcomes, probes } = sentSince();
        const refusals = DIALECTS.map(({ dialect }) => outcomes.filter((one) => one.dialect === dialect));
        return refusals.every(({ length }) => length > ENOUGH_REFUSALS) && probes.length > ENOUGH_PROBES;
      });
      whileAway = sentSince();
      postgres = await startPostgres();
      backAt = Date.now();
      await until(() => DIALECTS.every(({ dialect }) => Number.isFinite(firstTokenAt(dialect))));
      // Those that came at once when PostgreSQL was back wait for connections, some for too long.
      await until(() => load.outcomes.slice(-ENOUGH_TOKENS).every(({ status }) => status === 200));
      recoveredAt = Date.now();
      await until(() => sentAfterwards().length > ENOUGH_TOKENS && probes.at(-1)?.ready === 200);
      await load.stop();
      await probing.stop();
    }, 180_000);
    afterAll(async () => {
      await load?.stop();
      await probing?.stop();
    });

    it('answers 200 or 503 and nothing else, the latter with Retry-After and in the way of the dialect', () => {
      const others = load.outcomes.filter(({ status }) => status !== 200 && status !== 503);
      expect(others.slice(0, 5)).toEqual([]);
      for (const { dialect } of DIALECTS) {
        const refusals = load.outcomes.filter((one) => one.status === 503 && one.dialect === dialect);
        expect(refusals.length).toBeGreaterThan(ENOUGH_REFUSALS);
        const wrong = refusals.filter((refusal) => !isUnavailable(refusal));
        expect(wrong.slice(0, 5)).toEqual([]);
      }
    });

    it('gives no token while PostgreSQL is away, and tokens in every dialect soon afterwards', () => {
      expect(new Set(whileAway.outcomes.map(({ status }) => status))).toEqual(new Set([503]));
      for (const { dialect } of DIALECTS) expect(firstTokenAt(dialect) - backAt).toBeLessThan(RECOVERS_WITHIN_MS);
      expect(sentAfterwards().length).toBeGreaterThan(ENOUGH_TOKENS);
      expect(new Set(sentAfterwards().map(({ status }) => status))).toEqual(new Set([200]));
    });

    it('has committed exactly one event for every token that it gave', async () => {
      const jtis = new Set(tokens().map(({ jti }) => jti));
      expect(jtis.size).toBe(tokens().length);
      expect(jtis).not.toContain(undefined);
      const client = new pg.Client(postgres.connection);
      await client.connect();
      const { rows } = await client.query<{ rows: number; jtis: number }>(
        `SELECT count(*)::int AS rows, count(DISTINCT jti)::int AS jtis
         FROM audit_events WHERE outcome = 'allowed' AND jti = ANY($1)`,
        [[...jtis]],
      );
      await client.end();
      expect(rows).toEqual([{ rows: jtis.size, jtis: jtis.size }]);
    });

    it('is alive all the time, and ready except while PostgreSQL is away', () => {
      expect(new Set(probes.map(({ live }) => live))).toEqual(new Set([200]));
      expect(probes[0]?.ready).toBe(200);
      expect(new Set(whileAway.probes.map(({ ready }) => ready))).toEqual(new Set([503]));
      expect(new Set(probes.map(({ ready }) => ready))).toEqual(new Set([200, 503]));
    });

    it('logs no failure of its own and goes on in the same process', async () => {
      expect({ stderr: service.stderr, complaints: service.complaints }).toEqual({ stderr: '', complaints: [] });
      expect((await get(`${service.url}/health/live`)).status).toBe(200);
    });

    function firstTokenAt(dialect: DialectName): number {
      const after = load.outcomes.filter((one) => one.status === 200 && one.dialect === dialect && one.sentAt > goneAt);
      return Math.min(...after.map(({ sentAt }) => sentAt));
    }

    const tokens = () => load.outcomes.filter(({ status }) => status === 200);
    const sentAfterwards = () => load.outcomes.filter(({ sentAt }) => sentAt > recoveredAt);
  });

  async function crash(): Promise<void> {
    process.kill(postgres.pid, 'SIGQUIT'); // all its connections at once, and no checkpoint
    await postgres.exited;
  }

  function probe(): { probes: Probe[]; stop: () => Promise<void> } {
    const probes: Probe[] = [];
    let stopping = false;
    const done = (async () => {
      while (!stopping) {
        const at = Date.now();
        const [live, ready] = await Promise.all(['live', 'ready'].map((name) => get(`${service.url}/health/${name}`)));
        probes.push({ at, live: live?.status ?? 0, ready: ready?.status ?? 0 });
        await sleep(100);
      }
    })();
    return {
      probes,
      stop: async () => {
        stopping = true;
        await done;
      },
    };
  }
});

async function until(enough: () => boolean): Promise<void> {
  for (const end = Date.now() + PATIENCE_MS; !enough(); await sleep(50)) {
    if (Date.now() > end) throw new Error(`Not within ${PATIENCE_MS} ms: ${String(enough)}`);
  }
}

function isUnavailable({ dialect, retryAfter, body }: Outcome): boolean {
  if (!/^[1-9]\d?$/.test(retryAfter ?? '')) return false;
  if (dialect !== 'csp') return body.error === 'temporarily_unavailable' && typeof body.error_description === 'string';
  const { statusCode, moduleCode, cspErrorCode, message, requestId } = body;
  const texts = [cspErrorCode, message, requestId];
  return statusCode === 503 && Number.isInteger(moduleCode) && texts.every((text) => typeof text === 'string');
}
