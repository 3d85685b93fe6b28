import { Logger } from '@nestjs/common';
import { AuditSealer } from '../../src/audit/audit-sealer';
import { type Anchor, AuditVerifier } from '../../src/audit/audit-verifier';
import { KEEPS_DIGEST } from '../../src/audit/event-digests';
import { endOf, partitionName, startOf } from '../../src/database/partitions/period';
import { type Keeper, PartitionKeeper } from '../../src/retention/partition-keeper';
import { type Service, startService } from '../harness/service';

const PSEUDONYM = `erased-${'p'.repeat(43)}`;
const BY = { requestId: 'the test', actor: 'test' };
const HOUR = 3_600_000;

describe('the retention of the audit trail', () => {
  let service: Service;
  let sealer: AuditSealer;
  const present = new Date();
  const next = endOf('month', present);
  /** When the events of the present month are over, and those of the next are not. */
  const due = new Date(next.getTime() + 400 * 24 * HOUR);
  const partOf = (at: Date) => partitionName('audit_events', 'month', startOf('month', at));

  /** Seal 1 is of this month, seal 2 of this and the next, seal 3 of the next; one event is of the time before the drop. */
  beforeEach(async () => {
    service = await startService();
    sealer = service.app.get(AuditSealer);
    await sealer.beforeApplicationShutdown(); // from now on it seals when we say so
    await service.database.query('TRUNCATE audit_events, audit_seals RESTART IDENTITY');
    await append(present, present, present);
    await append(present, next);
    await append(next, next);
    await insert(new Date(due.getTime() - 40 * 24 * HOUR));
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await service?.stop();
  });

  const insert = (...times: Date[]) =>
    service.database.query(
      `INSERT INTO audit_events (at, request_id, action, outcome, subject)
       SELECT unnest($1::timestamptz[]), 'r', 'token.issue', 'allowed', 'd:ada'`,
      [times.map((at) => at.toISOString())],
    );
  const append = async (...times: Date[]) => {
    await insert(...times);
    await sealer.seal();
  };
  const forge = (id: number, at: Date) =>
    service.database.query(
      `INSERT INTO audit_events (id, at, request_id, action, outcome) VALUES ($1, $2, 'forged', 'token.issue', 'allowed')`,
      [id, at],
    );
  const verify = (since?: Anchor) => service.app.get(AuditVerifier).verify(since);
  const keep = (at = due, by: Keeper = BY) => service.app.get(PartitionKeeper).keep(by, at);
  const errors = () => jest.spyOn(Logger.prototype, 'error').mockReturnValue();
  const anchors = () =>
    service.database.query<Anchor>(`SELECT id, encode(hash, 'hex') AS hash FROM audit_seals ORDER BY id`);
  const drops = () =>
    service.database.query(`SELECT at, subject, reason FROM audit_events WHERE action = 'audit.drop' ORDER BY id`);

  it('drops a month whose time is over, says up to which seal, and verifies the rest', async () => {
    const [first, second, third] = await anchors();
    expect((await keep(new Date(due.getTime() - 1))).dropped).not.toContain(partOf(present));
    expect((await keep()).dropped).toContain(partOf(present));
    const day = next.toISOString().slice(0, 10);
    const hash = second?.hash ?? '';
    expect(await drops()).toEqual([
      {
        ...{ at: due, subject: 'audit_events' },
        reason: expect.stringMatching(
          `^events of before_${day}_up_to_seal_2_event_5_sha256_${hash}_left_1_from_5_sha256_[0-9a-f]{64}$`,
        ) as string,
      },
    ]);
    await sealer.seal();
    const told = `events before ${day}, up to seal 2, were dropped by retention on ${due.toISOString().slice(0, 10)}`;
    expect(await verify()).toMatchObject({ intact: true, dropped: told, unsealed: 0 });
    expect(await verify(third)).toMatchObject({ intact: true });
    expect(await verify(second)).toMatchObject({ intact: true });
    expect(await verify(first)).toMatchObject({
      intact: false,
      seal: '1',
      fault: expect.stringMatching(/newer/) as string,
    });
    expect(await verify({ id: '2', hash: '0'.repeat(64) })).toMatchObject({ intact: false, seal: '2' });
  });

  it('finds out who dropped a month by hand', async () => {
    await service.database.query(`DROP TABLE ${partOf(present)}`);
    expect(await verify()).toMatchObject({
      intact: false,
      seal: '1',
      fault: expect.stringMatching(/found: 0/) as string,
    });
  });

  it('finds out who dropped another month than retention did, or changed what is left', async () => {
    await keep();
    await sealer.seal();
    await service.database.query(`UPDATE audit_events SET client_id = 'other' WHERE id = 7`);
    expect(await verify()).toMatchObject({ intact: false, seal: '3' });
    await service.database.query(`DROP TABLE ${partOf(next)}`);
    expect(await verify()).toMatchObject({
      intact: false,
      seal: '2',
      fault: expect.stringMatching(/found: 0/) as string,
    });
  });

  it('finds out who took the event of a drop away', async () => {
    await keep();
    await sealer.seal();
    await service.database.query(`DELETE FROM audit_events WHERE action = 'audit.drop'`);
    expect(await verify()).toMatchObject({ intact: false, seal: '1' });
  });

  it('keeps events that are not sealed, and those with a seal that is young', async () => {
    await service.database.query(
      `INSERT INTO audit_events (at, request_id, action, outcome) VALUES ($1, 'unsealed', 'token.issue', 'allowed')`,
      [present],
    );
    expect((await keep()).dropped).not.toContain(partOf(present));
    await sealer.seal();
    const clock = (ms: number) =>
      service.database.query(
        'UPDATE audit_seals SET sealed_at = sealed_at + make_interval(secs => $1::float8 / 1000) WHERE id = 4',
        [ms],
      );
    const ahead = next.getTime() - present.getTime() + HOUR;
    await clock(ahead);
    expect((await keep()).dropped).not.toContain(partOf(present));
    await clock(-ahead);
    expect((await keep()).dropped).toContain(partOf(present));
  });

  it('knows an erased person by an erasure that was dropped with the month before', async () => {
    const erased = async (at: Date) => {
      await append(at);
      await service.database.query(
        `UPDATE audit_events SET subject = $1, ${KEEPS_DIGEST} WHERE id = (SELECT max(id) FROM audit_events)`,
        [PSEUDONYM],
      );
    };
    await service.database.query(
      `INSERT INTO audit_events (at, request_id, action, outcome, subject) VALUES ($1, 'r', 'person.erase', 'allowed', $2)`,
      [present, PSEUDONYM],
    );
    await sealer.seal();
    await erased(new Date(next.getTime() + HOUR));
    await keep();
    expect(await verify()).toMatchObject({ intact: true, erased: 1 });
    await erased(new Date(next.getTime() + 25 * HOUR));
    expect(await verify()).toMatchObject({ intact: false, fault: expect.stringMatching(/erasure/) as string });
  });

  it('drops seals that no event is left of, and goes on with the chain', async () => {
    await keep();
    const name = partitionName('audit_seals', 'month', startOf('month', present));
    expect((await keep()).dropped).not.toContain(name);
    await service.database.query('UPDATE audit_seals SET sealed_at = $1 WHERE id > 2', [next]);
    expect((await keep()).dropped).toContain(name);
    await sealer.seal();
    expect((await anchors()).map(({ id }) => id)).toEqual(expect.arrayContaining(['3', '4']));
    expect(await verify()).toMatchObject({ seal: '3', fault: expect.stringMatching(/changed/) as string });
  });

  describe('names, among what a drop left,', () => {
    beforeEach(async () => {
      await keep();
      await sealer.seal();
    });

    it.each<[string, string, { event: string | null; fault: RegExp }]>([
      [
        'an event put in below it',
        `INSERT INTO audit_events (id, at, request_id, action, outcome) VALUES (2, $1, 'forged', 'token.issue', 'allowed')`,
        { event: '2', fault: /left: 1, events found: 2/ },
      ],
      ['a deleted event', 'DELETE FROM audit_events WHERE id = 5 AND $1 <> now()', { event: '5', fault: /found: 0/ }],
      [
        'a changed event',
        `UPDATE audit_events SET client_id = 'other' WHERE id = 5 AND $1 <> now()`,
        { event: '5', fault: /changed/ },
      ],
    ])('%s', async (_what, tampering, { event, fault }) => {
      expect(await verify()).toMatchObject({ intact: true });
      await service.database.query(tampering, [due]);
      expect(await verify()).toEqual({
        ...{ intact: false, seal: '2', events: ['1', '5'], event },
        fault: expect.stringMatching(fault) as string,
      });
    });
  });

  it('verifies what a drop left also after an erasure in it', async () => {
    await keep();
    await sealer.seal();
    await service.database.query(`UPDATE audit_events SET subject = $1, ${KEEPS_DIGEST} WHERE id = 5`, [PSEUDONYM]);
    expect(await verify()).toMatchObject({ intact: true });
  });

  it('does not make a forged event good by the next drop, unless it is forced', async () => {
    await keep();
    await sealer.seal();
    await forge(2, due);
    const nextDue = new Date(endOf('month', next).getTime() + 400 * 24 * HOUR);
    await append(new Date(nextDue.getTime() - 40 * 24 * HOUR));
    await service.database.query('UPDATE audit_seals SET sealed_at = $1 WHERE id > 2', [next]);
    const logged = errors();
    expect((await keep(nextDue)).dropped).not.toContain(partOf(next));
    expect(logged).toHaveBeenCalledWith(expect.stringMatching(/audit verify.*--force/));
    expect(await verify()).toMatchObject({ intact: false, seal: '2', event: '2' });
    expect((await keep(nextDue, { ...BY, force: true })).dropped).toContain(partOf(next));
  });

  it('waits when the trail was not written to a month before: the clock may have run ahead', async () => {
    await service.database.query('DELETE FROM audit_events WHERE id = (SELECT max(id) FROM audit_events)');
    const logged = errors();
    expect((await keep()).dropped).not.toContain(partOf(present));
    expect(logged).toHaveBeenCalledWith(expect.stringMatching(/clock.*--force/));
    expect((await keep(due, { ...BY, force: true })).dropped).toContain(partOf(present));
    const forced = `SELECT FROM audit_events WHERE action = 'retention.drop' AND reason LIKE '${partOf(present)},%, forced'`;
    expect(await service.database.query(forced)).toHaveLength(1);
  });

  it('can be switched off', async () => {
    const other = await startService({ database: service.database, env: { AUDIT_RETENTION_DAYS: '0' } });
    const kept = await other.app.get(PartitionKeeper).keep(BY, new Date(due.getTime() + 10_000 * 24 * HOUR));
    await other.stop();
    expect(kept.dropped.filter((name) => name.startsWith('audit_'))).toEqual([]);
    expect(kept.dropped).not.toEqual([]);
  });
});
