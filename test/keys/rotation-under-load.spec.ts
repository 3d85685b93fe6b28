import { setTimeout as sleep } from 'node:timers/promises';
import { decodeProtectedHeader } from 'jose';
import { startVerifiedLoad, verifier } from '../harness/verified-load';
import { replicaWorld } from '../harness/replica-world';
import { ownToken } from '../harness/replica-probes';
import { startTwoReplicas, type TwoReplicas } from '../harness/two-replicas';

/** As the defaults, 600 and 5 seconds with callers that keep the key set for 300, but faster. */
const env = { KEY_PUBLISH_SECONDS: '10', KEYS_REFRESH_SECONDS: '1' };
const KEPT_MS = 3_000;

/** Of each kind, before the test may end. */
const REQUESTS = 20;

interface Rotation {
  readonly alg: string;
  readonly active: string;
}

describe('rotation while tokens are issued, refreshed, introspected and verified', () => {
  let replicas: TwoReplicas;
  let load: ReturnType<typeof startVerifiedLoad> | undefined;

  beforeAll(async () => {
    replicas = await startTwoReplicas(replicaWorld([]), env);
  }, 120_000);
  afterAll(async () => {
    await load?.stop();
    await replicas?.stop();
  });

  it('fails no request and no verification, on either replica, in three rotations in a row', async () => {
    const { one, other, database } = replicas;
    const urls = [one.url, other.url];
    // As if since before any caller has asked for the key set.
    await database.query(`UPDATE signing_keys SET created_at = created_at - interval '1 day' WHERE state = 'next'`);
    load = startVerifiedLoad(urls, KEPT_MS);
    const { sofar } = load;
    const keysUsed = () => new Set(sofar.tokens.map(kidOf)).size;
    // However slow the machine is, each of the four keys of both algorithms signs before the next one does.
    const untilUsed = async (keys: number) => {
      while (keysUsed() < keys && sofar.failures.length === 0) await sleep(50);
    };
    await untilUsed(2);
    let rotated: Rotation[] = [];
    for (let rotation = 1; rotation <= 3; rotation++) {
      rotated = await rotateWhenReady();
      await untilUsed(2 + 2 * rotation);
    }
    const newest = rotated.find(({ alg }) => alg === 'RS256')?.active;
    while (kidOf(await ownToken(other.url, 'worker')) !== newest) await sleep(50);
    const isEnough = () => Object.values(sofar.done).every((count) => count > REQUESTS);
    while (!isEnough() && sofar.failures.length === 0) await sleep(50);
    const { failures, tokens } = await load.stop();

    expect(failures).toEqual([]);
    expect(keysUsed()).toBe(8);
    // What each of them signed is still good.
    const kids = new Set(tokens.map(kidOf));
    const verify = verifier(urls, KEPT_MS);
    for (const kid of kids) await verify(tokens.find((token) => kidOf(token) === kid) ?? '');
    expect(kidOf(await ownToken(one.url, 'worker'))).toBe(newest);
  }, 180_000);

  /** All algorithms, by the command, as soon as that is allowed. */
  async function rotateWhenReady(): Promise<Rotation[]> {
    for (;;) {
      try {
        const lines = (await replicas.gatehouse('keys', 'rotate', '--json')).trim().split('\n');
        return lines.map((line) => JSON.parse(line) as Rotation);
      } catch (error) {
        const [, readyAt] = /not known to every caller yet: it can sign from (\S+Z) on/.exec(String(error)) ?? [];
        if (readyAt === undefined) throw error;
        await sleep(Date.parse(readyAt) - Date.now());
      }
    }
  }
});

function kidOf(token: string): string {
  return String(decodeProtectedHeader(token).kid);
}
