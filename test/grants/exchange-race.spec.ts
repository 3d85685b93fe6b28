import { setTimeout as sleep } from 'node:timers/promises';
import { ExchangeWorld } from '../harness/exchange-world';

const EXCHANGES = 20;
const ROUNDS = 6;
const MOST_ROUNDS = 40;

interface Descendants extends Record<string, unknown> {
  readonly begun: number;
  readonly alive: number;
}

describe('exchanges while the login ends', () => {
  let world: ExchangeWorld;

  beforeAll(async () => {
    world = await ExchangeWorld.start({ REFRESH_GRACE_SECONDS: '0' });
  });
  afterAll(() => world?.stop());

  async function descendants(family: string): Promise<Descendants | undefined> {
    const [counts] = await world.service.database.query<Descendants>(
      `WITH RECURSIVE tree AS (
         SELECT id, ended_at FROM families WHERE parent_id = $1
         UNION ALL SELECT child.id, child.ended_at FROM families AS child JOIN tree ON child.parent_id = tree.id)
       SELECT count(*)::int AS begun, count(*) FILTER (WHERE ended_at IS NULL)::int AS alive FROM tree`,
      [family],
    );
    return counts;
  }

  /** A login whose first refresh token is used up: who redeems it again ends the login. */
  async function stolenLogin() {
    const login = await world.login('ada', { client: 'rotating' });
    await world.issued(await world.refresh('rotating', login.refreshToken));
    return login;
  }

  it('leaves none of the logins alive that came from it, however the two meet', async () => {
    let [begun, refused] = [0, 0];
    const met = () => begun > 0 && refused > 0;
    for (let round = 0; round < ROUNDS || (!met() && round < MOST_ROUNDS); round++) {
      const login = await stolenLogin();
      const child = await world.issued(await world.delegate('service', login.accessToken));
      const asked = (index: number) =>
        index % 2 === 0 ? world.delegate('service', login.accessToken) : world.delegate('second', child.accessToken);
      // The reuse is sent among the exchanges, each round at another place.
      const before = Array.from({ length: (round % ROUNDS) * 4 }, (_, index) => asked(index));
      const reuse = world.refresh('rotating', login.refreshToken);
      const after = Array.from({ length: EXCHANGES - before.length }, async (_, index) => {
        await sleep(index);
        return asked(index);
      });
      const answers = await Promise.all([...before, ...after]);
      expect((await reuse).json).toMatchObject({ errorCode: 'invalid_refresh_token', statusCode: 400 });

      for (const answer of answers) {
        if (answer.status === 200) continue;
        expect(answer).toMatchObject({ status: 400, json: { errorCode: 'invalid_grant' } });
        expect(await world.events(answer)).toMatchObject([
          { outcome: 'refused', error: 'invalid_grant', reason: expect.stringMatching(/ended/) as string },
        ]);
      }
      const allowed = answers.filter(({ status }) => status === 200);
      expect(await descendants(login.family)).toEqual({ begun: allowed.length + 1, alive: 0 });
      for (const { json } of allowed.slice(0, 3)) {
        for (const client of ['service', 'second']) {
          expect((await world.refresh(client, String(json.refresh_token))).status).toBe(400);
        }
      }
      begun += allowed.length;
      refused += answers.length - allowed.length;
    }
    expect(met()).toBe(true);
  });

  it('gives every one of parallel exchanges a login of its own while the login lives', async () => {
    const login = await world.login('ada', { client: 'rotating' });
    const answers = await Promise.all(
      Array.from({ length: EXCHANGES }, () => world.delegate('service', login.accessToken)),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(EXCHANGES).fill(200));
    expect(new Set(answers.map(({ json }) => json.refresh_token)).size).toBe(EXCHANGES);
    expect(await descendants(login.family)).toEqual({ begun: EXCHANGES, alive: EXCHANGES });
  });

  it('ends the login once, however often the token is used again', async () => {
    const login = await stolenLogin();
    await world.issued(await world.delegate('service', login.accessToken));
    const answers = await Promise.all(Array.from({ length: 10 }, () => world.refresh('rotating', login.refreshToken)));
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(400));
    const events = await world.service.database.query(
      "SELECT * FROM audit_events WHERE action = 'family.end' AND family = $1",
      [login.family],
    );
    expect(events).toHaveLength(1);
    expect(await descendants(login.family)).toEqual({ begun: 1, alive: 0 });
  });
});
