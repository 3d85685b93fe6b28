import { setTimeout as sleep } from 'node:timers/promises';
import { decodeProtectedHeader } from 'jose';
import { introspection, ownToken, type Probe, tokenRequest, type Verdict } from '../harness/replica-probes';
import { replicaWorld } from '../harness/replica-world';
import { startTwoReplicas, type TwoReplicas } from '../harness/two-replicas';

/** Nobody learns of a key by looking now and then while a test runs. */
const env = { KEY_PUBLISH_SECONDS: '0', KEYS_REFRESH_SECONDS: '20' };

/** An answer comes within it, once the database is there. */
const ANSWERS_WITHIN_MS = 10_000;
/** A process that goes on hears again within it. */
const HEARS_WITHIN_MS = 2_000;

describe('a replica that was away while keys were rotated', () => {
  let replicas: TwoReplicas;

  beforeAll(async () => {
    replicas = await startTwoReplicas(replicaWorld([]), env);
  }, 120_000);
  afterAll(() => replicas?.stop());
  afterEach(() => sleep(HEARS_WITHIN_MS));

  it('calls no token good whose key is gone, and signs none with it, from its first answer on', async () => {
    const { one, other, front } = replicas;
    const token = await ownToken(one.url, 'elliptic');
    expect(await introspection(token).ask(other.url)).toBe('good');
    front.cut();
    await rotate('--force');
    expect(await introspection(token).ask(other.url)).toBe('cannot tell');
    front.mend();
    const [verdict, signed] = await Promise.all([firstVerdict(introspection(token)), firstToken()]);
    expect(verdict).toBe('over');
    expect(kidOf(signed)).toBe(await activeKid());
  });

  it('calls a good token good whose key it has never seen, from its first answer on', async () => {
    const { one, other, front } = replicas;
    expect(await introspection(await ownToken(one.url, 'elliptic')).ask(other.url)).toBe('good');
    front.cut();
    await rotate();
    await rotate();
    const token = await newestToken();
    front.mend();
    const [verdict, signed] = await Promise.all([firstVerdict(introspection(token)), firstToken()]);
    expect(verdict).toBe('good');
    expect(kidOf(signed)).toBe(await activeKid());
  });

  it('judges and signs by the keys that there are what waited while its process was suspended', async () => {
    const { one, other } = replicas;
    const old = await ownToken(one.url, 'elliptic');
    expect(await introspection(old).ask(other.url)).toBe('good');
    other.signal('SIGSTOP');
    try {
      await rotate();
      await rotate('--force');
      const token = await newestToken();
      const waiting = Promise.all([
        introspection(old).ask(other.url),
        introspection(token).ask(other.url),
        ownToken(other.url, 'elliptic'),
      ]);
      await sleep(300); // they are on their way
      other.signal('SIGCONT');
      const [ofOld, ofNew, signed] = await waiting;
      expect({ ofOld, ofNew, kid: kidOf(signed) }).toEqual({ ofOld: 'over', ofNew: 'good', kid: await activeKid() });
    } finally {
      other.signal('SIGCONT');
    }
  });

  const rotate = (...words: string[]) => replicas.gatehouse('keys', 'rotate', '--alg', 'ES256', ...words);

  async function activeKid(): Promise<string | undefined> {
    const rows = await replicas.database.query<{ kid: string }>(
      `SELECT kid FROM signing_keys WHERE alg = 'ES256' AND state = 'active'`,
    );
    return rows[0]?.kid;
  }

  /** Of the replica that was never away; a process may hear of a rotation a moment later. */
  async function newestToken(): Promise<string> {
    for (;;) {
      const token = await ownToken(replicas.one.url, 'elliptic');
      if (kidOf(token) === (await activeKid())) return token;
    }
  }

  async function firstVerdict(probe: Probe): Promise<Verdict> {
    return first(async () => {
      const verdict = await probe.ask(replicas.other.url);
      return verdict === 'cannot tell' ? undefined : verdict;
    });
  }

  async function firstToken(): Promise<string> {
    return first(async () => {
      const form = { grant_type: 'client_credentials' };
      const { status, json } = await tokenRequest(replicas.other.url, 'elliptic', form);
      return status === 503 ? undefined : String(json.access_token);
    });
  }
});

async function first<T>(ask: () => Promise<T | undefined>): Promise<T> {
  for (const until = Date.now() + ANSWERS_WITHIN_MS; Date.now() < until;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
  }
  throw new Error('The replica does not come back.');
}

function kidOf(token: string): string | undefined {
  return decodeProtectedHeader(token).kid;
}
