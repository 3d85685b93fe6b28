import { setTimeout as sleep } from 'node:timers/promises';
import { introspection, issuance, logIn, ownToken, type Probe } from '../harness/replica-probes';
import { administrator, logOut, revoke } from '../harness/replica-endings';
import { replicaWorld } from '../harness/replica-world';
import { startTwoReplicas, type TwoReplicas } from '../harness/two-replicas';

const ROUNDS = 200;
const FEWER = Array.from({ length: 20 }, (_, number) => `n${number}`);
const WITHIN_MS = 1_000;
const API = '/csp/gateway/am/api';

/** Rounds under way at once: others come between, as they do. */
const AT_ONCE = 4;

describe('what ends at one replica', () => {
  let replicas: TwoReplicas;

  beforeAll(async () => {
    replicas = await startTwoReplicas(replicaWorld(FEWER));
  }, 120_000);
  afterAll(() => replicas?.stop());

  it(`is seen at the other within a second, ${ROUNDS} times of ${ROUNDS}: a token that its client revokes`, async () => {
    const { one } = replicas;
    const rounds = Array.from({ length: ROUNDS }, () => async () => {
      const token = await ownToken(one.url, 'worker');
      return delay(introspection(token), () => revoke(one.url, 'worker', token));
    });
    expectSoon('revocation', await inTurn(rounds));
  }, 240_000);

  it('is seen there within a second: a login that ends', async () => {
    const rounds = FEWER.map(() => async () => {
      const login = await logIn(replicas.one.url, 'ada');
      return delay(introspection(login.accessToken), () => logOut(replicas.one.url, login));
    });
    expectSoon('logout', await inTurn(rounds));
  }, 180_000);

  it('is seen there within a second: a user, a client and a secret that an administrator takes away', async () => {
    const { one } = replicas;
    const operator = await administrator(one.url, 'operator');
    const apps = `${API}/orgs/home/oauth-apps`;
    const disabled = { disabled: true };
    const users = FEWER.map((name) => async () => {
      const { accessToken } = await logIn(one.url, `${name}-user`);
      const end = () => operator('PATCH', `${API}/orgs/home/users/u-${name}-user`, disabled);
      return delay(introspection(accessToken), end);
    });
    const clients = FEWER.map(
      (name) => () => delay(issuance(`${name}-client`), () => operator('PATCH', `${apps}/${name}-client`, disabled)),
    );
    const secrets = FEWER.map(
      (name) => () => delay(issuance(`${name}-keyed`), () => operator('PUT', `${apps}/${name}-keyed/secret`)),
    );
    expectSoon('user disabled', await inTurn(users));
    expectSoon('client disabled', await inTurn(clients));
    expectSoon('secret replaced', await inTurn(secrets));
  }, 180_000);

  /**
   * When the other one was asked, in milliseconds since the answer of the one, the last time that it said good; 0 if it
   * never did. Not when it answered: a machine that does other things as well takes its time for that.
   */
  async function delay(probe: Probe, end: () => Promise<unknown>): Promise<number> {
    const { url } = replicas.other;
    // Twice: what could be kept in memory of it, is.
    for (let time = 0; time < 2; time++) expect(await probe.ask(url)).toBe('good');
    await end();
    const endedAt = performance.now();
    for (let last = 0; ;) {
      const ms = performance.now() - endedAt;
      const verdict = await probe.ask(url);
      if (verdict === 'over') return last;
      expect(verdict).toBe('good');
      if (ms > 10_000) throw new Error(`${probe.what}: still good after 10 s`);
      last = ms;
      await sleep(5);
    }
  }
});

async function inTurn(rounds: readonly (() => Promise<number>)[]): Promise<number[]> {
  const left = [...rounds];
  const delays: number[] = [];
  const worker = async () => {
    for (let round = left.shift(); round !== undefined; round = left.shift()) delays.push(await round());
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return delays;
}

function expectSoon(what: string, delays: readonly number[]): void {
  const sorted = delays.toSorted((one, other) => one - other);
  const at = (share: number) => (sorted[Math.ceil(share * sorted.length) - 1] ?? NaN).toFixed(1);
  process.stdout.write(
    `${what}: ${delays.length} times, last said to be good after ms p50 ${at(0.5)} p99 ${at(0.99)} max ${at(1)}\n`,
  );
  expect(sorted.filter((ms) => ms >= WITHIN_MS)).toEqual([]);
}
