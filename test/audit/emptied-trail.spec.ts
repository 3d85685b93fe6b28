import { AuditSealer } from '../../src/audit/audit-sealer';
import { AuditVerifier } from '../../src/audit/audit-verifier';
import { type Service, startService } from '../harness/service';

describe('an audit trail of which all is gone', () => {
  let service: Service;

  /** With the events of a first start, all sealed. */
  beforeEach(async () => {
    service = await startService();
    await service.app.get(AuditSealer).beforeApplicationShutdown(); // from now on it seals when we say so
  });
  afterEach(() => service?.stop());

  const verify = () => service.app.get(AuditVerifier).verify();
  const append = (age = '0') =>
    service.database.query(
      `INSERT INTO audit_events (at, request_id, action, outcome) VALUES (now() - $1::interval, 'r', 'token.issue', 'allowed')`,
      [age],
    );
  const matching = (text: RegExp) => expect.stringMatching(text) as string;

  it('has nothing to warn of before', async () => {
    await append();
    const found = await verify();
    expect(found).toMatchObject({ intact: true, unsealed: 1 });
    expect(found).not.toHaveProperty('warning');
  });

  it('is broken without any event', async () => {
    await service.database.query('TRUNCATE audit_events, audit_seals');
    expect(await verify()).toEqual({
      ...{ intact: false, seal: '1', events: null, event: null },
      fault: matching(/^No event is there, although/),
    });
  });

  it('warns when it begins in the middle', async () => {
    await service.database.query('TRUNCATE audit_events, audit_seals');
    await append();
    await service.app.get(AuditSealer).seal();
    expect(await verify()).toMatchObject({ intact: true, seals: 1, warning: matching(/first event is \d+: /) });
  });

  it('warns when events have waited for their seal for long', async () => {
    await append('6 minutes');
    const found = await verify();
    expect(found).toMatchObject({ intact: true, warning: matching(/No seal .* since 20/) });
  });
});
