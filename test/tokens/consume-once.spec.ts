import { basic, post } from '../harness/http';
import { type Service, startService } from '../harness/service';
import { TICKET_GRANT, TicketModule } from '../harness/ticket-grant';

const WORLD = `
orgs: [{ id: acme, name: ACME }]
clients: [{ id: worker, org: acme, secret: worker-secret, grantTypes: ['${TICKET_GRANT}'], signingAlg: ES256 }]
`;
const PARALLEL = 20;

describe('what may be used once', () => {
  let services: readonly [Service, Service];

  beforeAll(async () => {
    const one = await startService({ world: WORLD, extensions: [TicketModule] });
    const other = await startService({ database: one.database, extensions: [TicketModule] });
    services = [one, other];
  });
  afterAll(async () => {
    await services?.[1].stop();
    await services?.[0].stop();
  });

  const redeem = (ticket: string, turn: number, at = services) =>
    post(`${at[turn % 2 === 0 ? 0 : 1].url}/oauth2/token`, {
      // Of the partitions of five days, and the last.
      form: { grant_type: TICKET_GRANT, ticket, hours: String(24 * (turn % 6)) },
      headers: basic('worker', 'worker-secret'),
    });

  it('is used once by twenty at two replicas who each have it known for another time', async () => {
    for (let round = 0; round < 5; round++) {
      const turns = Array.from({ length: PARALLEL }, (_, turn) => redeem(`ticket-${round}`, turn));
      const answers = await Promise.all(turns);
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
      expect(answers.filter(({ json }) => json.error === 'invalid_grant')).toHaveLength(PARALLEL - 1);
    }
    const rows = await services[0].database.query<{ uses: number }>(
      `SELECT count(*)::int AS uses FROM consumptions WHERE kind = 'ticket' GROUP BY id`,
    );
    expect(rows).toEqual(Array.from({ length: 5 }, () => ({ uses: 1 })));
  });

  it('is refused when it is known in another partition than it is asked for', async () => {
    expect((await redeem('again', 0)).status).toBe(200);
    for (let turn = 0; turn < 6; turn++) expect((await redeem('again', turn)).status).toBe(400);
  });

  it('holds where the server has another isolation level by default', async () => {
    const [{ name = '' } = {}] = await services[0].database.query<{ name: string }>(
      'SELECT current_database() AS name',
    );
    await services[0].database.query(`ALTER DATABASE ${name} SET default_transaction_isolation = 'repeatable read'`);
    const third = await startService({ database: services[0].database, extensions: [TicketModule] });
    const both = [third, services[1]] as const;
    const turns = Array.from({ length: PARALLEL }, (_, turn) => redeem('ticket', turn, both));
    const answers = await Promise.all(turns);
    await third.stop();
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array<number>(PARALLEL - 1).fill(400)]);
  });
});
