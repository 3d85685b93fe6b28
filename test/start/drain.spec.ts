import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { builtService } from '../harness/built-service';
import { get } from '../harness/http';
import { type Load, startLoad } from '../harness/load';
import { removeFolder, scratchFolder } from '../harness/scratch-folder';
import { endServiceProcesses, type Exit, type ServiceProcess, startServiceProcess } from '../harness/service-process';
import { createTestDatabase, type TestDatabase } from '../harness/test-database';

const DRAIN_MS = 5_000;
/** For all that is to happen, however slow the machine is. */
const PATIENCE_MS = 30_000;
const CLIENT = { id: 'worker', secret: 'worker-secret' };
const WORLD = `
orgs: [{ id: acme, name: ACME }]
clients: [{ id: worker, org: acme, secret: worker-secret, grantTypes: [client_credentials] }]
`;

// It measures time, on machines that others use as well.
jest.retryTimes(2);

describe('SIGTERM under load', () => {
  let folder: string;
  let database: TestDatabase;
  let service: ServiceProcess;
  let load: Load;

  beforeAll(async () => void (await builtService()), 120_000);
  beforeEach(async () => {
    folder = scratchFolder();
    database = await createTestDatabase();
    fs.writeFileSync(path.join(folder, 'world.yaml'), WORLD);
    service = await startServiceProcess({
      cwd: folder,
      env: {
        DATABASE_URL: database.url,
        SEED_FILE: 'world.yaml',
        LOG_LEVEL: 'warn',
        SHUTDOWN_DRAIN_SECONDS: String(DRAIN_MS / 1_000),
      },
    });
    load = startLoad(service.url, CLIENT, 20);
    while (load.outcomes.length < 100) await sleep(20);
  });
  afterEach(async () => {
    await load?.stop();
    await endServiceProcesses();
    await database.drop();
    removeFolder(folder);
  });

  const readiness = async () => (await get(`${service.url}/health/ready`)).status;

  /** Kills a process that does not end in time, so that the others do not wait for it: its exit code is null. */
  async function stopWithin(ms: number): Promise<Exit> {
    const overdue = setTimeout(() => service.signal('SIGKILL'), ms);
    const exit = await service.stop('SIGTERM');
    clearTimeout(overdue);
    return exit;
  }

  it('fails no request of clients that a balancer sends elsewhere once readiness says 503', async () => {
    expect(await readiness()).toBe(200);
    const signalledAt = Date.now();
    service.signal('SIGTERM');
    let lastReadyAt = signalledAt;
    for (let at = Date.now(); (await readiness()) === 200; at = Date.now()) {
      lastReadyAt = at;
      await sleep(20);
    }
    expect(lastReadyAt - signalledAt).toBeLessThan(DRAIN_MS / 5);
    expect((await get(`${service.url}/health/live`)).status).toBe(200);
    await sleep(500); // a balancer does not ask all the time
    const sentMeanwhile = () => load.outcomes.filter(({ sentAt }) => sentAt > signalledAt + 100).length;
    while (sentMeanwhile() <= 20) await sleep(20);
    await load.stop();
    const { code } = await service.exited;
    const exitedAfter = Date.now() - signalledAt;

    expect(load.outcomes.filter(({ status }) => status !== 200).slice(0, 5)).toEqual([]);
    expect(code).toBe(0);
    expect(exitedAfter).toBeGreaterThanOrEqual(DRAIN_MS);
    expect(exitedAfter).toBeLessThan(DRAIN_MS + PATIENCE_MS);
    expect(service).toMatchObject({ stderr: '', complaints: [] });
  });

  it('breaks off no request of clients that go on sending, and ends all the same', async () => {
    const { code } = await stopWithin(DRAIN_MS + PATIENCE_MS);
    await load.stop();
    // Refused before anything was sent: the client may try elsewhere. Anything else leaves it in doubt.
    const failures = load.outcomes.filter(({ status }) => status !== 200);
    expect(failures.filter(({ failure }) => !failure?.includes('ECONNREFUSED')).slice(0, 5)).toEqual([]);
    expect(code).toBe(0);
    const tokens = load.outcomes.filter(({ status }) => status === 200);
    const committed = await database.query(`SELECT DISTINCT jti FROM audit_events WHERE action = 'token.issue'`);
    expect(new Set(committed.map(({ jti }) => String(jti)))).toEqual(new Set(tokens.map(({ jti }) => jti)));
  });
});
