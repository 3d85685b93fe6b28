import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import pg from 'pg';
import { DataSource } from 'typeorm';
import { boundOf } from '../../src/database/partitions/bounds';
import { databaseTime, makeFirstPartitions } from '../../src/database/partitions/first-partitions';
import { drop, outdated } from '../../src/database/partitions/outdated-partitions';
import { carryOut, cutFor } from '../../src/database/partitions/partitions-ahead';
import { partitionName } from '../../src/database/partitions/period';
import { partitionsOf } from '../../src/database/partitions/partition';
import { partitionsCommand } from '../../src/cli/partitions.command';
import { type KeptPartitions, PartitionKeeper } from '../../src/retention/partition-keeper';
import { PartitionList } from '../../src/retention/partition-list';
import { type Service, startService } from '../harness/service';

const DAY = 86_400_000;
/** After which PostgreSQL ends an autovacuum that somebody waits for, and a little more. */
const DEADLOCK_TIMEOUT_MS = 1_300;
const BY = { requestId: 'the test', actor: 'test' };

describe('the keeper of partitions', () => {
  let one: Service;
  let other: Service;
  let now: Date;

  beforeEach(async () => {
    one = await startService();
    other = await startService({ database: one.database });
    now = await databaseTime(one.app.get(DataSource));
  });
  afterEach(async () => {
    await other?.stop();
    await one?.stop();
  });

  const keep = (days: number, service = one): Promise<KeptPartitions> =>
    service.app.get(PartitionKeeper).keep(BY, new Date(now.getTime() + days * DAY));
  const list = async (table = 'consumptions') =>
    (await one.app.get(PartitionList).read()).filter((partition) => partition.table === table);
  const nameOf = (days: number) =>
    `consumptions_${new Date(now.getTime() + days * DAY).toISOString().slice(0, 10).replaceAll('-', '_')}`;
  const consume = (id: string, days: number) =>
    one.database.query(`INSERT INTO consumptions VALUES ('kind', $1, $2)`, [id, new Date(now.getTime() + days * DAY)]);
  const whereIs = async (id: string) =>
    (
      await one.database.query<{ part: string }>(
        'SELECT tableoid::regclass::text AS part FROM consumptions WHERE id = $1',
        [id],
      )
    ).map(({ part }) => part);
  /** From MINVALUE to MAXVALUE without a gap. */
  const expectNoGap = async (table?: string) => {
    const parts = await list(table);
    expect(parts[0]?.from).toBeNull();
    parts.slice(1).forEach(({ from }, index) => expect(from).toEqual(parts[index]?.to));
    expect(parts.at(-1)?.to).toBeNull();
  };

  it('has nothing to do after the migration', async () => {
    expect(await keep(0)).toEqual({ made: [], dropped: [], failed: [] });
    // Yesterday is there where it was midnight since the migration.
    const names = (await list()).map(({ name }) => name).filter((name) => name !== nameOf(-1));
    expect(names).toEqual([...['consumptions_earlier', nameOf(0), nameOf(1), nameOf(2), 'consumptions_later']]);
    await expectNoGap();
  });

  it('makes the next day and drops the day that is over for a day, with its row in the audit trail', async () => {
    await consume('of today', 0);
    await consume('of later', 3);
    await consume('of long ago', -1000);
    await consume('of much later', 4000);
    expect(await whereIs('of later')).toEqual(['consumptions_later']);
    const kept = await keep(2);
    expect(kept.failed).toEqual([]);
    expect(kept.made).toEqual(expect.arrayContaining([nameOf(3), nameOf(4)]));
    expect(kept.dropped).toContain(nameOf(0));
    expect(kept.dropped).not.toContain(nameOf(1));
    expect(await whereIs('of later')).toEqual([nameOf(3)]);
    expect(await whereIs('of much later')).toEqual(['consumptions_later']);
    expect([...(await whereIs('of today')), ...(await whereIs('of long ago'))]).toEqual([]);
    await consume('of long ago', -1000);
    expect(await whereIs('of long ago')).toEqual(['consumptions_earlier']);
    await expectNoGap();
    const events = await one.database.query<{ reason: string }>(
      `SELECT reason FROM audit_events WHERE action = 'retention.drop' AND actor = 'test' AND outcome = 'allowed'`,
    );
    expect(events.map(({ reason }) => reason.split(',')[0]).sort()).toEqual([...kept.dropped].sort());
  });

  it('does each step once when two replicas are at it', async () => {
    const turns = await Promise.all([keep(5, one), keep(5, other), keep(5, one), keep(5, other)]);
    await keep(5);
    const made = turns.flatMap(({ made }) => made);
    expect(turns.flatMap(({ failed }) => failed)).toEqual([]);
    expect(new Set(made).size).toBe(made.length);
    for (const table of ['consumptions', 'browser_sessions', 'audit_events']) await expectNoGap(table);
    const events = await one.database.query(
      `SELECT reason FROM audit_events WHERE action = 'retention.drop' GROUP BY reason HAVING count(*) > 1`,
    );
    expect(events).toEqual([]);
  });

  it('keeps the rows of a database that was off for a year, and drops the gap as one', async () => {
    await consume('while nobody kept', 200);
    await consume('just now', 365.1);
    await consume('in a week', 372);
    const kept = await keep(365);
    expect(kept.failed).toEqual([]);
    // The day of the horizon, and with it all that nobody looked after.
    expect(await whereIs('while nobody kept')).toEqual([nameOf(3)]);
    expect(await whereIs('in a week')).toEqual(['consumptions_later']);
    expect(await whereIs('just now')).toHaveLength(1);
    expect(kept.made.filter((name) => name.startsWith('consumptions'))).toHaveLength(3);
    await expectNoGap();
    await keep(368);
    expect(await whereIs('while nobody kept')).toEqual([]);
    expect(await whereIs('in a week')).toHaveLength(1);
  });

  it('leaves the table to a reader that does not end, and drops when it has', async () => {
    const reader = new pg.Client(one.database.url);
    await reader.connect();
    await reader.query('BEGIN; SELECT FROM consumptions');
    const turn = keep(2);
    await sleep(100);
    await consume('meanwhile', 1); // or it would wait for ever
    expect((await turn).failed).toEqual(['consumptions']);
    expect((await turn).dropped.some((name) => name.startsWith('revoked_tokens'))).toBe(true);
    await reader.query('COMMIT');
    await reader.end();
    expect(await keep(2)).toMatchObject({ failed: [], dropped: expect.arrayContaining([nameOf(0)]) as string[] });
  });

  it('says when another process is at it', async () => {
    const holder = new pg.Client(one.database.url);
    await holder.connect();
    await holder.query(`SELECT pg_advisory_lock(hashtextextended('partitions', 0))`);
    expect(await keep(2)).toEqual({ made: [], dropped: [], failed: [], busy: true });
    await holder.end();
    expect(await keep(2)).not.toHaveProperty('busy');
  });

  it('warns after a clock ran ahead and was set back, until the table is cut anew', async () => {
    await keep(5);
    const warn = jest.spyOn(Logger.prototype, 'warn').mockReturnValue();
    const warned = async () => {
      warn.mockClear();
      expect(await keep(0)).toMatchObject({ dropped: [], failed: [] });
      return warn.mock.calls.map(([message]) => String(message)).filter((message) => message.includes('consumptions'));
    };
    try {
      await consume('of today', 0);
      expect(await whereIs('of today')).toEqual(['consumptions_earlier']);
      expect(await warned()).toEqual([
        expect.stringMatching(/first period of consumptions begins.*consumptions_earlier/),
      ]);
      // As docs/operations.md tells.
      const today = now.toISOString().slice(0, 10);
      const parts = (await list()).map(({ name }) => name).join(', ');
      await one.database.query(`CREATE TABLE rows_of_consumptions AS TABLE consumptions`);
      await one.database.query(`DROP TABLE ${parts}`);
      await one.database.query(
        `CREATE TABLE consumptions_earlier PARTITION OF consumptions FOR VALUES FROM (MINVALUE) TO ('${today}T00:00Z')`,
      );
      await one.database.query(
        `CREATE TABLE consumptions_later PARTITION OF consumptions FOR VALUES FROM ('${today}T00:00Z') TO (MAXVALUE)`,
      );
      await one.database.query('INSERT INTO consumptions TABLE rows_of_consumptions');
      expect(await warned()).toEqual([]);
      expect(await whereIs('of today')).toEqual([nameOf(0)]);
      await expectNoGap();
    } finally {
      warn.mockRestore();
    }
  });

  it.each([
    ['that is dropped', () => nameOf(0)],
    ['that is cut', () => 'consumptions_later'],
    ['that is neither', () => nameOf(1)],
  ])('waits for a vacuum of a partition %s until PostgreSQL would end it, and nobody waits for it', async (_, part) => {
    await consume('of today', 0);
    const vacuum = new pg.Client(one.database.url);
    await vacuum.connect();
    await vacuum.query(`BEGIN; LOCK TABLE ${part()} IN SHARE UPDATE EXCLUSIVE MODE`);
    const turn = keep(2);
    let longest = 0;
    for (const began = performance.now(); performance.now() - began < DEADLOCK_TIMEOUT_MS;) {
      const asked = performance.now();
      await one.database.query('SELECT count(*) FROM consumptions');
      await consume(String(asked), 0);
      longest = Math.max(longest, performance.now() - asked);
    }
    await vacuum.query('COMMIT');
    await vacuum.end();
    const { failed, dropped } = await turn;
    expect({ failed, dropped: dropped.filter((name) => name === nameOf(0)) }).toEqual({
      failed: [],
      dropped: [nameOf(0)],
    });
    expect(longest).toBeLessThan(500);
  });

  it('does the same with ids that begin with a time', async () => {
    const db = one.app.get(DataSource);
    const scheme = { table: 'logins', column: 'id', key: 'uuid', period: 'month', ahead: 13 } as const;
    const table = { ...scheme, keepDays: 30 };
    await db.query('CREATE TABLE logins (id uuid) PARTITION BY RANGE (id)');
    await makeFirstPartitions(db, scheme);
    const idAt = (at: Date) => boundOf('uuid', at).replace(/0{12}$/, 'a1b2c3d4e5f6');
    const inMonths = (months: number) => new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + months, 15));
    for (const months of [-1, 0, 13, 14, 200])
      await db.query('INSERT INTO logins VALUES ($1)', [idAt(inMonths(months))]);
    const places = async () =>
      (await db.query<{ part: string }[]>('SELECT tableoid::regclass::text AS part FROM logins ORDER BY id')).map(
        ({ part }) => part,
      );
    const month = (months: number) => partitionName('logins', 'month', inMonths(months));
    expect(await places()).toEqual(['logins_earlier', month(0), month(13), 'logins_later', 'logins_later']);
    const cut = cutFor(table, await partitionsOf(db, ['logins']), inMonths(1));
    if (cut !== undefined) await db.transaction((transaction) => carryOut(transaction, table, cut));
    const old = outdated(table, await partitionsOf(db, ['logins']), inMonths(2));
    if (old !== undefined) await db.transaction((transaction) => drop(transaction, table, old));
    expect(await places()).toEqual([month(13), month(14), 'logins_later']);
    expect((await partitionsOf(db, ['logins']))[0]).toMatchObject({ name: 'logins_earlier', to: old?.period.to });
  });

  it('is run and looked at from the command line', async () => {
    const write = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
    try {
      await partitionsCommand((work) => work(one.app)).parseAsync(['keep'], { from: 'user' });
      await partitionsCommand((work) => work(one.app)).parseAsync(['list', '--json'], { from: 'user' });
      const output = write.mock.calls.join('');
      expect(output).toContain('made: []\ndropped: []\nfailed: []\n');
      expect(output).toMatch(/"name":"audit_events_later",[^}]*"from":"\d{4}-[^}]*"to":null,"bytes":\d+/);
    } finally {
      write.mockRestore();
    }
  });
});
