import { DIALECTS } from '../harness/dialects';
import type { Answer } from '../harness/http';
import { eventsOf, expectInvalidRefreshToken, logIn, PEOPLE_WORLD, reasonOf, refresh } from '../harness/people';
import { type Service, startService } from '../harness/service';
import { verifyToken } from '../harness/tokens';

/** More than any test needs; what is to be over is moved back instead. */
const GRACE_SECONDS = 60;
const roller = { client: 'roller' } as const;

describe('a refresh token that rotates', () => {
  let service: Service;

  beforeAll(async () => {
    service = await startService({ world: PEOPLE_WORLD, env: { REFRESH_GRACE_SECONDS: String(GRACE_SECONDS) } });
  });
  afterAll(() => service?.stop());

  async function newLogin(): Promise<{ token: string; family: string }> {
    const { json } = await logIn(service, {}, roller);
    const { payload } = await verifyToken(service.url, String(json.access_token));
    return { token: String(json.refresh_token), family: String(payload.sid) };
  }

  async function redeem(token: string): Promise<string> {
    const answer = await refresh(service, token, {}, roller);
    expect(answer.status).toBe(200);
    return String(answer.json.refresh_token);
  }

  /** As if what was redeemed had been so much earlier. */
  const timePasses = (family: string, seconds: number) =>
    service.database.query(
      'UPDATE refresh_tokens SET consumed_at = consumed_at - make_interval(secs => $2) WHERE family_id = $1',
      [family, seconds],
    );

  const ended = (family: string) =>
    service.database.query<{ ended: boolean }>('SELECT ended_at IS NOT NULL AS ended FROM families WHERE id = $1', [
      family,
    ]);
  const thefts = (family: string) =>
    service.database.query("SELECT * FROM audit_events WHERE action = 'family.end' AND family = $1", [family]);

  it('is another one each time', async () => {
    const tokens = [(await newLogin()).token];
    for (let turn = 0; turn < 4; turn++) tokens.push(await redeem(tokens.at(-1) ?? ''));
    expect(new Set(tokens).size).toBe(5);
    for (const token of tokens) expect(token).toMatch(/^[A-Za-z0-9_-]{64}$/);
  });

  it.each(DIALECTS)('gives a repeat within the grace period the same successor in $dialect', async ({ dialect }) => {
    const { token, family } = await newLogin();
    const answers: Answer[] = [];
    for (let turn = 0; turn < 3; turn++) answers.push(await refresh(service, token, {}, { ...roller, dialect }));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(new Set(answers.map(({ json }) => json.refresh_token)).size).toBe(1);
    expect(await ended(family)).toEqual([{ ended: false }]);
  });

  it('gives a repeat the same successor even when that has been redeemed', async () => {
    const { token } = await newLogin();
    const second = await redeem(token);
    const third = await redeem(second);
    expect(await redeem(token)).toBe(second);
    expect(await redeem(second)).toBe(third);
  });

  it.each(DIALECTS)(
    'ends its login once when it is repeated after the grace period in $dialect',
    async ({ dialect }) => {
      const { token, family } = await newLogin();
      const newest = await redeem(await redeem(token));
      await timePasses(family, GRACE_SECONDS);

      const repeat = await refresh(service, token, {}, { ...roller, dialect });
      expectInvalidRefreshToken(repeat, dialect);
      expect(await ended(family)).toEqual([{ ended: true }]);
      expect(await eventsOf(service.database, repeat)).toMatchObject([
        { action: 'family.end', outcome: 'allowed', family, client_id: 'roller' },
        { action: 'token.issue', outcome: 'refused', error: 'invalid_refresh_token', client_id: 'roller' },
      ]);

      for (const dead of [newest, token]) {
        const answer = await refresh(service, dead, {}, { ...roller, dialect });
        expectInvalidRefreshToken(answer, dialect);
        expect(await reasonOf(service.database, answer)).toBe(
          'its login has ended: a refresh token was redeemed again after its grace period: the login may be stolen',
        );
      }
      expect(await thefts(family)).toHaveLength(1);
    },
  );

  it('ends its login once when it is repeated many times at once', async () => {
    const { token, family } = await newLogin();
    await redeem(token);
    await timePasses(family, GRACE_SECONDS);
    const answers = await Promise.all(Array.from({ length: 20 }, () => refresh(service, token, {}, roller)));
    for (const answer of answers) expectInvalidRefreshToken(answer, 'oauth');
    expect(await thefts(family)).toHaveLength(1);
  });

  it('counts the grace period from the first use, not from the last', async () => {
    const { token, family } = await newLogin();
    await redeem(token);
    await timePasses(family, GRACE_SECONDS / 2);
    await redeem(token);
    await timePasses(family, GRACE_SECONDS / 2);
    expectInvalidRefreshToken(await refresh(service, token, {}, roller), 'oauth');
  });

  it('leaves other logins of the user alone when one is stolen', async () => {
    const [stolen, other] = [await newLogin(), await newLogin()];
    await redeem(stolen.token);
    await timePasses(stolen.family, GRACE_SECONDS);
    expectInvalidRefreshToken(await refresh(service, stolen.token, {}, roller), 'oauth');
    await redeem(other.token);
  });

  it('is no theft when another client repeats it', async () => {
    const { token, family } = await newLogin();
    const newest = await redeem(token);
    await timePasses(family, GRACE_SECONDS);
    expectInvalidRefreshToken(await refresh(service, token, {}, { client: 'other' }), 'oauth');
    expect(await ended(family)).toEqual([{ ended: false }]);
    await redeem(newest);
  });

  it('is not consumed by a request that is refused afterwards', async () => {
    const { token, family } = await newLogin();
    expect((await refresh(service, token, { scope: 'root' }, roller)).status).toBe(400);
    await timePasses(family, GRACE_SECONDS);
    await redeem(token);
  });
});
