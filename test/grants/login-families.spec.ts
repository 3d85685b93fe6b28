import { ACCESS_TOKEN_TYPE, ExchangeWorld, type Issued } from '../harness/exchange-world';

const MOST = 4;
const IDLE_SECONDS = 60;

describe('the logins of a user at a client', () => {
  let world: ExchangeWorld;

  beforeAll(async () => {
    world = await ExchangeWorld.start({
      LOGINS_PER_USER_AND_CLIENT: String(MOST),
      LOGIN_IDLE_SECONDS: String(IDLE_SECONDS),
    });
  });
  afterAll(() => world?.stop());

  const switched = (from: Issued) => {
    const subject = { subject_token: from.accessToken, subject_token_type: ACCESS_TOKEN_TYPE };
    return world.ask('app', { grant_type: 'context_switch', orgId: 'acme', ...subject });
  };
  const count = async (client: string) =>
    (
      await world.service.database.query<{ count: number }>(
        'SELECT count(*)::int FROM families WHERE client_id = $1 AND ended_at IS NULL AND expires_at > now()',
        [client],
      )
    )[0]?.count;
  const idle = (family: string) =>
    world.service.database.query(
      'UPDATE families SET last_used_at = last_used_at - make_interval(secs => $2) WHERE id = $1',
      [family, IDLE_SECONDS],
    );

  it('are never more than the limit, although each comes from the last', async () => {
    const [first, ...rest] = [await world.login('ada')];
    const chain: Issued[] = [first, ...rest];
    for (let turn = 1; turn < MOST; turn++) chain.push(await world.issued(await switched(chain.at(-1) ?? first)));
    expect(await count('app')).toBe(MOST);

    const refused = await switched(chain.at(-1) ?? first);
    await world.expectRefused(refused, {
      status: 400,
      error: 'invalid_grant',
      reason: /too many logins come from one another/,
    });
    expect(await count('app')).toBe(MOST);
    for (const { refreshToken } of chain) expect((await world.refresh('app', refreshToken)).status).toBe(200);

    // A new login comes from none of them: the first ends, and all that came from it.
    const another = await world.login('ada');
    expect((await world.refresh('app', another.refreshToken)).status).toBe(200);
    expect(await count('app')).toBeLessThanOrEqual(MOST);
  });

  it('are never more than the limit, however many begin at once', async () => {
    const login = await world.login('ada');
    const many = await Promise.all(Array.from({ length: 5 * MOST }, () => world.login('ada')));
    expect(await count('app')).toBe(MOST);
    const statuses = await Promise.all(
      [login, ...many].map(async ({ refreshToken }) => (await world.refresh('app', refreshToken)).status),
    );
    expect(statuses.filter((status) => status === 200)).toHaveLength(MOST);
  });

  it('end in the order of their last use, be it a moment ago', async () => {
    const logins: Issued[] = [];
    for (let turn = 0; turn < MOST; turn++) logins.push(await world.login('ada'));
    const [oldest, second] = logins;
    if (oldest === undefined || second === undefined) throw new Error('There are no logins.');
    expect((await world.refresh('app', oldest.refreshToken)).status).toBe(200);
    await world.login('ada');
    expect((await world.refresh('app', oldest.refreshToken)).status).toBe(200);
    expect((await world.refresh('app', second.refreshToken)).status).toBe(400);
  });

  it('are not exchanged, and what came from them ends, once they were not used for too long', async () => {
    const parent = await world.login('ada');
    const child = await world.issued(await switched(parent));
    expect((await world.refresh('app', child.refreshToken)).status).toBe(200);
    await idle(parent.family);
    await world.expectRefused(await switched(parent), {
      status: 400,
      error: 'invalid_grant',
      reason: /^family .* has ended/,
    });
    await world.expectRefused(await world.refresh('app', child.refreshToken), {
      status: 400,
      error: 'invalid_refresh_token',
      reason: /^a login that it comes from was not used for too long/,
    });
  });
});
