import { decodeJwt } from 'jose';
import { flood } from '../harness/flood';
import { type Answer, basic } from '../harness/http';
import { logIn, PEOPLE_WORLD, refresh } from '../harness/people';
import { type Service, startService } from '../harness/service';

const ROUNDS = 50;
const PARALLEL = 20;
const roller = { client: 'roller' } as const;

/** Two services on one database, as two replicas are. */
// Fifty rounds take a few seconds, or many times that on a machine that does other things as well.
jest.setTimeout(120_000);

describe.each([
  ['with a grace period', '60'],
  ['without a grace period', '0'],
])('parallel redemptions of one refresh token at two services %s', (_name, graceSeconds) => {
  let services: [Service, Service];

  beforeAll(async () => {
    const env = { REFRESH_GRACE_SECONDS: graceSeconds };
    const first = await startService({ world: PEOPLE_WORLD, env });
    services = [first, await startService({ env, database: first.database })];
  });
  afterAll(async () => {
    const [first, second] = services ?? [];
    await second?.stop();
    await first?.stop();
  });

  async function round(): Promise<{ family: string; presented: string; answers: Answer[] }> {
    // Without openid: one signature less for each of a thousand requests.
    const { json } = await logIn(services[0], { scope: 'profile' }, roller);
    const presented = String(json.refresh_token);
    const form = { grant_type: 'refresh_token', refresh_token: presented };
    const headers = () => basic('roller', 'roller-secret');
    const answers = await Promise.all(
      services.map(({ url }) => flood(`${url}/oauth2/token`, PARALLEL / 2, { form, headers })),
    );
    const { sid } = decodeJwt(String(json.access_token));
    return { family: String(sid), presented, answers: answers.flat() };
  }

  async function stateOf(family: string) {
    const { database } = services[0];
    const [state] = await database.query(
      `SELECT ended_at IS NULL AS alive,
              (SELECT count(*)::int FROM refresh_tokens WHERE family_id = families.id) AS tokens,
              (SELECT count(*)::int FROM audit_events WHERE family = families.id::text AND action = 'family.end') AS ends,
              (SELECT count(*)::int FROM audit_events WHERE family = families.id::text AND action = 'token.issue' AND outcome = 'allowed') AS issued
       FROM families WHERE id = $1`,
      [family],
    );
    return state;
  }

  if (graceSeconds === '0') {
    it('give exactly one token, and end the login once', async () => {
      for (let turn = 0; turn < ROUNDS; turn++) {
        const { family, answers } = await round();
        const statuses = answers.map(({ status }) => status).sort();
        expect(statuses).toEqual([200, ...Array<number>(PARALLEL - 1).fill(400)]);
        expect(await stateOf(family)).toEqual({ alive: false, tokens: 2, ends: 1, issued: 2 });
        const successor = answers.find(({ status }) => status === 200)?.json.refresh_token;
        expect((await refresh(services[turn % 2 === 0 ? 0 : 1], String(successor), {}, roller)).status).toBe(400);
      }
    });
  } else {
    it('all give the same successor, and leave the login alive', async () => {
      for (let turn = 0; turn < ROUNDS; turn++) {
        const { family, presented, answers } = await round();
        expect(answers.map(({ status }) => status)).toEqual(Array(PARALLEL).fill(200));
        const successors = new Set(answers.map(({ json }) => json.refresh_token));
        expect(successors.size).toBe(1);
        expect(successors).not.toContain(presented);
        expect(new Set(answers.map(({ json }) => decodeJwt(String(json.access_token)).jti)).size).toBe(PARALLEL);
        expect(await stateOf(family)).toEqual({ alive: true, tokens: 2, ends: 0, issued: 1 + PARALLEL });
      }
    });
  }
});
