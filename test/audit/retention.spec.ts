import { AuditSealer } from '../../src/audit/audit-sealer';
import { type Anchor, AuditVerifier } from '../../src/audit/audit-verifier';
import { KEEPS_DIGEST } from '../../src/audit/event-digests';
import { endOf, partitionName, startOf } from '../../src/database/partitions/period';
import { PartitionKeeper } from '../../src/retention/partition-keeper';
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

  /** Seal 1 is of this month, seal 2 of this and the next, seal 3 of the next. */
  beforeEach(async () => {
    service = await startService();
    sealer = service.app.get(AuditSealer);
    await sealer.beforeApplicationShutdown(); // from now on it seals when we say so
    await service.database.query('TRUNCATE audit_events, audit_seals RESTART IDENTITY');
    await append(present, present, present);
    await append(present, next);
    await append(next, next);
  });
  afterEach(() => service?.stop());

  const append = async (...times: Date[]) => {
    await service.database.query(
      `INSERT INTO audit_events (at, request_id, action, outcome, subject)
       SELECT unnest($1::timestamptz[]), 'r', 'token.issue', 'allowed', 'd:ada'`,
      [times.map((at) => at.toISOString())],
    );
    await sealer.seal();
  };
  const verify = (since?: Anchor) => service.app.get(AuditVerifier).verify(since);
  const keep = (at = due) => service.app.get(PartitionKeeper).keep(BY, at);
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
        reason: `events of before_${day}_up_to_seal_2_event_5_sha256_${hash}`,
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
      seal: '3',
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

  it('can be switched off', async () => {
    const other = await startService({ database: service.database, env: { AUDIT_RETENTION_DAYS: '0' } });
    const kept = await other.app.get(PartitionKeeper).keep(BY, new Date(due.getTime() + 10_000 * 24 * HOUR));
    await other.stop();
    expect(kept.dropped.filter((name) => name.startsWith('audit_'))).toEqual([]);
    expect(kept.dropped).not.toEqual([]);
  });
});
