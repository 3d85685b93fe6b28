import { setTimeout as sleep } from 'node:timers/promises';
import { decodeProtectedHeader } from 'jose';
import { startVerifiedLoad, verifier } from '../harness/verified-load';
import { replicaWorld } from '../harness/replica-world';
import { ownToken } from '../harness/replica-probes';
import { startTwoReplicas, type TwoReplicas } from '../harness/two-replicas';

/** As the defaults, 600 and 5 seconds with callers that keep the key set for 300, but faster. */
const env = { KEY_PUBLISH_SECONDS: '5', KEYS_REFRESH_SECONDS: '1' };
const KEPT_MS = 3_000;

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
    await sleep(300);
    let rotated: Rotation[] = [];
    for (let rotation = 1; rotation <= 3; rotation++) rotated = await rotateWhenReady();
    const newest = rotated.find(({ alg }) => alg === 'RS256')?.active;
    while (kidOf(await ownToken(other.url, 'worker')) !== newest) await sleep(50);
    await sleep(500);
    const { done, failures, tokens } = await load.stop();

    expect(failures).toEqual([]);
    for (const count of Object.values(done)) expect(count).toBeGreaterThan(20);
    // Each of the four keys of an algorithm has signed, and what it signed is still good.
    const kids = new Set(tokens.map(kidOf));
    expect(kids.size).toBe(8);
    const verify = verifier(urls, KEPT_MS);
    for (const kid of kids) await verify(tokens.find((token) => kidOf(token) === kid) ?? '');
    expect(kidOf(await ownToken(one.url, 'worker'))).toBe(newest);
  }, 60_000);

  /** All algorithms, by the command, as soon as that is allowed. */
  async function rotateWhenReady(): Promise<Rotation[]> {
    for (;;) {
      try {
        const lines = (await replicas.gatehouse('keys', 'rotate', '--json')).trim().split('\n');
        return lines.map((line) => JSON.parse(line) as Rotation);
      } catch (error) {
        if (!String(error).includes('not known to every caller yet')) throw error;
      }
    }
  }
});

function kidOf(token: string): string {
  return String(decodeProtectedHeader(token).kid);
}
