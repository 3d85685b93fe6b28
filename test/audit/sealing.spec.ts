import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { AuditSealer } from '../../src/audit/audit-sealer';
import { AuditVerifier } from '../../src/audit/audit-verifier';
import { startLoad } from '../harness/load';
import { type Service, startService } from '../harness/service';

const WORLD = `
orgs: [{ id: acme, name: ACME }]
clients: [{ id: worker, org: acme, secret: worker-secret, grantTypes: [client_credentials], signingAlg: ES256 }]
`;
const WORKER = { id: 'worker', secret: 'worker-secret' };
const EVENT = `INSERT INTO audit_events (at, request_id, action, outcome) VALUES (now(), $1, 'token.issue', 'allowed')`;

describe('the chain of the audit trail', () => {
  let one: Service;
  let other: Service;
  let byHand: pg.Client;

  beforeAll(async () => {
    const env = { THROTTLE_ADDRESS_LIMIT: '1000000', THROTTLE_CLIENT_LIMIT: '1000000' };
    one = await startService({ world: WORLD, env });
    other = await startService({ database: one.database, env });
    byHand = new pg.Client(one.database.url);
    await byHand.connect();
  });
  afterAll(async () => {
    await byHand?.end();
    await other?.stop();
    await one?.stop();
  });

  const verify = () => one.app.get(AuditVerifier).verify();
  const seal = (service: Service) => service.app.get(AuditSealer).seal();
  const append = (requestId: string) => one.database.query(EVENT, [requestId]);
  const count = async (sql: string, values: unknown[] = []) =>
    (await one.database.query<{ count: number }>(`SELECT count(*)::int AS count FROM ${sql}`, values))[0]?.count;
  const unsealed = () => count('audit_events WHERE id > (SELECT max(last_event) FROM audit_seals)');
  /** Both replicas take their turns all the time: when ours is skipped the other's is under way. */
  const expectAllSealedOnce = async () => {
    const latest = performance.now() + 20_000;
    while ((await unsealed()) !== 0 && performance.now() < latest) await sleep(50);
    const events = await count('audit_events');
    expect(await verify()).toMatchObject({ intact: true, unsealed: 0, events, erased: 0 });
    const sums = await one.database.query('SELECT sum(events)::int AS events FROM audit_seals');
    expect(sums).toEqual([{ events }]);
  };

  it('has every event once, soon after a load on two replicas that seal all the time', async () => {
    const loads = [one, other].map(({ url }) => startLoad(url, WORKER, 8));
    const ended = () => loads.flatMap((load) => load.outcomes);
    let enough = false;
    const sealing = [one, other].map(async (service) => {
      for (; !enough; await sleep(10)) await seal(service);
    });
    const aborted = (async () => {
      for (let turn = 0; !enough; turn++) {
        await byHand.query('BEGIN');
        await byHand.query(EVENT, [`by hand ${turn}`]);
        await sleep(50 * (turn % 4));
        await byHand.query(turn % 2 === 0 ? 'ROLLBACK' : 'COMMIT');
      }
    })();
    await sleep(3_000);
    const latest = performance.now() + 60_000; // how much is done by then depends on the machine
    while ((ended().length <= 100 || ((await count('audit_seals')) ?? 0) <= 5) && performance.now() < latest) {
      await sleep(50);
    }
    enough = true;
    await Promise.all([...sealing, aborted]);
    const outcomes = ended();
    await Promise.all(loads.map((load) => load.stop()));
    await expectAllSealedOnce();
    expect(new Set(outcomes.map(({ status }) => status))).toEqual(new Set([200]));
    expect(outcomes.length).toBeGreaterThan(100);
    expect(await count('audit_seals')).toBeGreaterThan(5);
  });

  it('waits for a transaction that may still commit an older event, and for no other', async () => {
    await seal(one);
    await byHand.query('BEGIN');
    await byHand.query(EVENT, ['long open']);
    await append('younger, committed first');
    await seal(one);
    expect(await unsealed()).toBe(1);
    await byHand.query('COMMIT');
    await seal(one);
    await expectAllSealedOnce();
    await byHand.query('BEGIN');
    await byHand.query(`UPDATE orgs SET name = 'changed' WHERE id = 'acme'`);
    await append('beside a change of something else');
    await seal(other);
    await expectAllSealedOnce();
    await byHand.query('ROLLBACK');
  });

  it('goes on when the newest events were rolled back', async () => {
    for (const end of ['ROLLBACK', 'COMMIT']) {
      await byHand.query('BEGIN');
      await byHand.query(EVENT, [end]);
      await byHand.query(end);
      await seal(one);
      await expectAllSealedOnce();
    }
  });

  it('takes a backlog in bounded steps', async () => {
    const before = (await count('audit_seals')) ?? 0;
    await one.database.query(
      `INSERT INTO audit_events (at, request_id, action, outcome)
       SELECT now(), 'backlog ' || n, 'token.issue', 'allowed' FROM generate_series(1, 5200) n`,
    );
    await seal(other);
    await expectAllSealedOnce();
    expect(await count('audit_seals')).toBeGreaterThanOrEqual(before + 11);
    expect(await count('audit_seals WHERE events > 500')).toBe(0);
  });

  it('has the last events of a replica that stops', async () => {
    const third = await startService({ database: one.database });
    await third.app.get(AuditSealer).beforeApplicationShutdown();
    await append('at the end');
    await third.stop();
    await expectAllSealedOnce();
  });
});
