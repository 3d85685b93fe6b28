import { AuditSealer } from '../../src/audit/audit-sealer';
import { type Anchor, AuditVerifier } from '../../src/audit/audit-verifier';
import { KEEPS_DIGEST } from '../../src/audit/event-digests';
import { auditCommand } from '../../src/cli/audit.command';
import { type Service, startService } from '../harness/service';

const PSEUDONYM = `erased-${'p'.repeat(43)}`;
const ERASURE = `UPDATE audit_events SET subject = '${PSEUDONYM}', ${KEEPS_DIGEST} WHERE id = 7`;

describe('an audit trail that was tampered with', () => {
  let service: Service;
  let sealer: AuditSealer;

  /** Seals 1 to 4, of events 1, 2 to 5, 7 and 8 to 9: the 6th was rolled back. */
  beforeAll(async () => {
    service = await startService();
    sealer = service.app.get(AuditSealer);
    await sealer.beforeApplicationShutdown(); // from now on it seals when we say so
    await service.database.query('TRUNCATE audit_events, audit_seals RESTART IDENTITY');
    await appendAndSeal(1);
    await appendAndSeal(4);
    await service.database.query(`SELECT nextval('audit_events_id_seq')`);
    await appendAndSeal(1);
    await appendAndSeal(2);
    for (const table of ['audit_events', 'audit_seals'])
      await service.database.query(`CREATE TABLE kept_${table} AS TABLE ${table}`);
  });
  afterEach(async () => {
    await service.database.query('TRUNCATE audit_events, audit_seals');
    await service.database.query('INSERT INTO audit_events OVERRIDING SYSTEM VALUE TABLE kept_audit_events');
    await service.database.query('INSERT INTO audit_seals TABLE kept_audit_seals');
  });
  afterAll(() => service?.stop());

  const appendAndSeal = async (count: number) => {
    await service.database.query(
      `INSERT INTO audit_events (at, request_id, action, outcome, subject, actor, reason, client_id)
       SELECT now(), 'r-' || n, 'token.issue', 'allowed', 'd:ada', 'd:bob', 'ada, "quoted"', 'worker'
       FROM generate_series(1, $1::int) n`,
      [count],
    );
    await sealer.seal();
  };
  const verify = (since?: Anchor) => service.app.get(AuditVerifier).verify(since);
  const head = async (): Promise<Anchor> => {
    const newest = await service.app.get(AuditVerifier).head();
    return { id: newest?.id ?? '', hash: newest?.hash ?? '' };
  };
  const change = (...statements: string[]) =>
    statements.reduce<Promise<unknown>>(
      (before, sql) => before.then(() => service.database.query(sql)),
      Promise.resolve(),
    );

  it('is intact before', async () => {
    expect(await verify()).toEqual({ intact: true, seals: 4, events: 8, erased: 0, unsealed: 0, head: await head() });
  });

  const insert = (id: number) =>
    `INSERT INTO audit_events (id, at, request_id, action, outcome) OVERRIDING SYSTEM VALUE
     VALUES (${id}, now(), 'late', 'token.issue', 'allowed')`;

  it.each<[string, string[], { seal: string; events: string[]; event: string | null; fault: RegExp }]>([
    [
      'a changed reason',
      [`UPDATE audit_events SET reason = 'nothing' WHERE id = 7`],
      { seal: '3', events: ['6', '7'], event: '7', fault: /changed/ },
    ],
    [
      'a changed time, among others',
      [`UPDATE audit_events SET at = at - interval '1 microsecond' WHERE id = 3`],
      { seal: '2', events: ['2', '5'], event: null, fault: /changed/ },
    ],
    [
      'a text that was moved to another column',
      [`UPDATE audit_events SET org_id = client_id, client_id = NULL WHERE id = 7`],
      { seal: '3', events: ['6', '7'], event: '7', fault: /changed/ },
    ],
    [
      'a salt that is gone',
      ['UPDATE audit_events SET salt = NULL WHERE id = 7'],
      { seal: '3', events: ['6', '7'], event: '7', fault: /changed/ },
    ],
    [
      'two events that changed places',
      ['UPDATE audit_events SET request_id = CASE id WHEN 2 THEN $$r-2$$ ELSE $$r-1$$ END WHERE id IN (2, 3)'],
      { seal: '2', events: ['2', '5'], event: null, fault: /changed/ },
    ],
    [
      'a deleted event',
      ['DELETE FROM audit_events WHERE id = 3'],
      { seal: '2', events: ['2', '5'], event: null, fault: /sealed: 4, events found: 3/ },
    ],
    [
      'the last event of a seal, deleted',
      ['DELETE FROM audit_events WHERE id = 5'],
      { seal: '2', events: ['2', '5'], event: '5', fault: /sealed: 4, events found: 3/ },
    ],
    ['an event put in', [insert(6)], { seal: '3', events: ['6', '7'], event: null, fault: /sealed: 1.*found: 2/ }],
    ['an event put in before all', [insert(-5)], { seal: '1', events: ['1', '1'], event: null, fault: /found: 2/ }],
    [
      'an event put in for another',
      ['DELETE FROM audit_events WHERE id = 7', insert(6)],
      { seal: '3', events: ['6', '7'], event: '7', fault: /changed/ },
    ],
    [
      'a deleted seal',
      ['DELETE FROM audit_seals WHERE id = 2'],
      { seal: '2', events: ['2', '7'], event: null, fault: /missing/ },
    ],
    [
      'a deleted first seal',
      ['DELETE FROM audit_seals WHERE id = 1'],
      { seal: '1', events: ['1', '5'], event: null, fault: /missing/ },
    ],
    [
      'the seals before some, deleted with their events',
      ['DELETE FROM audit_seals WHERE id < 3', 'DELETE FROM audit_events WHERE id < 6'],
      { seal: '1', events: ['1', '7'], event: null, fault: /missing/ },
    ],
    [
      'a changed hash',
      [`UPDATE audit_seals SET hash = sha256('x') WHERE id = 2`],
      { seal: '2', events: ['2', '5'], event: null, fault: /Its hash was changed/ },
    ],
    [
      'a changed link',
      [`UPDATE audit_seals SET prev = sha256('x') WHERE id = 3`],
      { seal: '3', events: ['6', '7'], event: null, fault: /does not hold the hash/ },
    ],
    [
      'a changed time of a seal',
      [`UPDATE audit_seals SET sealed_at = sealed_at - interval '1 day' WHERE id = 4`],
      { seal: '4', events: ['8', '9'], event: null, fault: /changed/ },
    ],
    [
      'a deleted event, its seal recounted',
      ['DELETE FROM audit_events WHERE id = 3', 'UPDATE audit_seals SET events = 3 WHERE id = 2'],
      { seal: '2', events: ['2', '5'], event: null, fault: /changed/ },
    ],
    [
      'a seal that claims to reach far',
      ['UPDATE audit_seals SET last_event = 9000000000000000000 WHERE id = 2'],
      { seal: '2', events: ['2', '9000000000000000000'], event: null, fault: /found: 7/ },
    ],
    [
      'a name that was replaced as if by an erasure',
      [ERASURE],
      { seal: '3', events: ['6', '7'], event: '7', fault: /erased person/ },
    ],
  ])('names %s', async (_what, tampering, { fault, ...link }) => {
    await change(...tampering);
    expect(await verify()).toEqual({ intact: false, ...link, fault: expect.stringMatching(fault) as string });
  });

  it('is intact after an erasure that it knows of', async () => {
    const erasure = `INSERT INTO audit_events (at, request_id, action, outcome, subject)
      VALUES (now(), 'erasure', 'person.erase', 'allowed', '${PSEUDONYM}')`;
    // The second time is that of another person in the same event.
    await change(erasure, ERASURE, ERASURE.replace('subject =', 'actor ='));
    expect(await verify()).toMatchObject({ intact: true, events: 8, erased: 1, unsealed: 1 });
    await change(`UPDATE audit_events SET client_id = 'other' WHERE id = 7`);
    expect(await verify()).toMatchObject({ intact: false, seal: '3', event: '7' });
  });

  it('is intact when a person was erased before the seal', async () => {
    await change(
      `INSERT INTO audit_events (at, request_id, action, outcome, subject)
       VALUES (now(), 'last seen', 'token.issue', 'allowed', 'd:ada'), (now(), 'erasure', 'person.erase', 'allowed', '${PSEUDONYM}')`,
      ERASURE.replace('id = 7', `request_id = 'last seen'`),
    );
    await sealer.seal();
    expect(await verify()).toMatchObject({ intact: true, events: 10, erased: 1, unsealed: 0 });
  });

  it('is known by an anchor when all seals were made anew', async () => {
    const [old, kept] = [await head(), await service.app.get(AuditVerifier).verify()];
    await change(`UPDATE audit_events SET reason = 'nothing' WHERE id = 7`, 'DELETE FROM audit_seals WHERE id > 2');
    await sealer.seal();
    expect(await verify()).toMatchObject({ intact: true, seals: 3, events: 8 });
    expect(kept).toMatchObject({ head: old });
    expect(await verify(old)).toMatchObject({ intact: false, seal: '4', fault: /No seal/ });
  });

  it('may lack its oldest events, for who knows the hash up to which', async () => {
    const [{ hash = '' } = {}] = await service.database.query<{ hash: string }>(
      `SELECT encode(hash, 'hex') AS hash FROM audit_seals WHERE id = 2`,
    );
    await change('DELETE FROM audit_events WHERE id <= 5', 'DELETE FROM audit_seals WHERE id < 2');
    expect(await verify({ id: '2', hash })).toMatchObject({ intact: true, seals: 2, events: 3 });
    await change('DELETE FROM audit_events WHERE id = 7');
    expect(await verify({ id: '2', hash })).toMatchObject({ intact: false, seal: '3', event: '7' });
  });

  it('is told on the command line, with exit code 1', async () => {
    const run = async (...args: string[]) => {
      process.exitCode = undefined; // the test process may have one already
      const write = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
      try {
        await auditCommand((work) => work(service.app)).parseAsync(args, { from: 'user' });
        return { output: write.mock.calls.join(''), exitCode: process.exitCode };
      } finally {
        write.mockRestore();
        process.exitCode = undefined;
      }
    };
    const { id, hash } = await head();
    const anchor = `${id}:${hash}`;
    expect(await run('head')).toEqual({ output: `${anchor}\n`, exitCode: undefined });
    expect(await run('verify')).toEqual({
      output: `intact: true\nseals: 4\nevents: 8\nerased: 0\nunsealed: 0\nhead: ${anchor}\n`,
      exitCode: undefined,
    });
    expect((await run('verify', '--since', anchor)).output).toContain('seals: 0\n');
    await change('DELETE FROM audit_events WHERE id = 5');
    const { output, exitCode } = await run('verify', '--json');
    expect({ json: JSON.parse(output) as unknown, exitCode }).toEqual({
      json: {
        intact: false,
        seal: '2',
        events: ['2', '5'],
        event: '5',
        fault: 'Events sealed: 4, events found: 3.',
      },
      exitCode: 1,
    });
  });
});
