import { setTimeout as sleep } from 'node:timers/promises';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { GatehouseError } from '../../src/errors/gatehouse-error';
import type { Rotation } from '../../src/keys/key-rotation';
import { KEY_WORLD, kidOf, publishedLongAgo, rotate, tokenOf } from '../harness/key-worlds';
import { type Service, startService } from '../harness/service';
import { askForToken, JWKS_PATHS } from '../harness/tokens';

/** As the defaults, 600 and 5 seconds with callers that keep the key set for 300, but faster. */
const env = { KEY_PUBLISH_SECONDS: '3', KEYS_REFRESH_SECONDS: '1' };
const KEPT_MS = 1_000;

describe('rotation while tokens are issued and verified', () => {
  let one: Service;
  let other: Service;

  beforeAll(async () => {
    one = await startService({ env, world: KEY_WORLD });
    other = await startService({ env, database: one.database });
  });
  afterAll(async () => {
    await other?.stop();
    await one?.stop();
  });

  it('fails no request and no verification, on either replica, in three rotations in a row', async () => {
    await publishedLongAgo(one); // since before any caller has asked for the key set
    const load = startVerifiedLoad([one, other]);
    await sleep(300);
    const rotations: Rotation[][] = [];
    for (const service of [one, other, one]) rotations.push(await rotateWhenReady(service));
    const newest = rotations.at(-1)?.find(({ alg }) => alg === 'RS256')?.active;
    while (kidOf(await tokenOf(other)) !== newest) await sleep(50);
    const tokens = await load.stop();

    expect(load.failures).toEqual([]);
    // Each of the four keys of an algorithm has signed, and what it signed is still good.
    const kids = new Set(tokens.map(kidOf));
    expect(kids.size).toBe(8);
    const verify = callers([one, other]);
    for (const kid of kids) await verify(tokens.find((token) => kidOf(token) === kid) ?? '');
    expect(kidOf(await tokenOf(one))).toBe(newest);
  }, 30_000);
});

/** Rotates all algorithms as soon as that is allowed. */
async function rotateWhenReady(service: Service): Promise<Rotation[]> {
  for (;;) {
    try {
      return await rotate(service);
    } catch (error) {
      if (!(error instanceof GatehouseError) || error.code !== 'conflict') throw error;
      await sleep(100);
    }
  }
}

/** Verify as callers do that keep the key set for its time, and never ask for it out of turn. */
function callers(services: readonly Service[]): (token: string) => Promise<void> {
  const sets = services.map(({ url }) =>
    createRemoteJWKSet(new URL(url + JWKS_PATHS.oauth), { cacheMaxAge: KEPT_MS, cooldownDuration: 3_600_000 }),
  );
  return async (token) => {
    await Promise.all(sets.map((set) => jwtVerify(token, set)));
  };
}

/** Each token of each replica is verified with the keys of both, at once and a while later. */
function startVerifiedLoad(services: readonly Service[]) {
  const failures: string[] = [];
  const tokens: string[] = [];
  const verify = callers(services);
  let stopping = false;
  const worker = async (service: Service, client: string) => {
    while (!stopping) {
      try {
        const { status, json, text } = await askForToken(service.url, client, 's');
        if (status !== 200) throw new Error(`${status} ${text}`);
        const token = String(json.access_token);
        await verify(token);
        tokens.push(token);
        await verify(tokens[Math.floor(tokens.length / 2)] ?? token);
      } catch (error) {
        failures.push(String(error));
      }
      await sleep(20);
    }
  };
  const workers = services.flatMap((service) => ['rsa', 'elliptic', 'rsa'].map((client) => worker(service, client)));
  return {
    failures,
    stop: async () => {
      stopping = true;
      await Promise.all(workers);
      return tokens;
    },
  };
}
