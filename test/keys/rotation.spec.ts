import { decodeJwt } from 'jose';
import pg from 'pg';
import { Changes } from '../../src/database/changes';
import { KeyRing } from '../../src/keys/key-ring';
import { RotationSchedule } from '../../src/keys/rotation-schedule';
import { SIGNING_KEYS_LOCK } from '../../src/keys/signing-key.store';
import { SigningKeyUsage } from '../../src/keys/signing-key-usage';
import { TokenVerifier } from '../../src/tokens/token-verifier';
import { hearing } from '../harness/cached-world';
import {
  keyEvents,
  keysOf,
  KEY_WORLD,
  kidOf,
  lookAgain,
  publishedLongAgo,
  rotate,
  tokenOf,
} from '../harness/key-worlds';
import { untilSomebodyWaits } from '../harness/lock-waits';
import { type Service, startService } from '../harness/service';
import { publishedKids, verifyToken } from '../harness/tokens';

describe('rotation', () => {
  let one: Service;
  let other: Service;

  beforeAll(async () => {
    // They look again when the test says so.
    one = await startService({ env: { KEYS_REFRESH_SECONDS: '20' }, world: KEY_WORLD });
    other = await startService({ env: { KEYS_REFRESH_SECONDS: '20', KEY_ROTATION_DAYS: '0' }, database: one.database });
    // What it knows when the test has it look is tested here: that it also does so every few seconds, and when it hears
    // of a change or connects again, in database/caches.spec.ts and replicas/keys-after-outage.spec.ts.
    await hearing(other);
    jest.spyOn(other.app.get(Changes), 'hears').mockReturnValue(true);
    const ring = other.app.get(KeyRing);
    jest.spyOn(ring, 'look').mockResolvedValue(undefined);
    jest.spyOn(ring, 'changed').mockReturnValue(undefined);
    jest.spyOn(ring, 'anythingMayHaveChanged').mockReturnValue(undefined);
  });
  afterAll(async () => {
    await other?.stop();
    await one?.stop();
  });

  it('refuses a key that is not published for long enough, and says when it will be', async () => {
    const before = await keysOf(one, 'RS256');
    await expect(rotate(one, 'RS256')).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringMatching(/can sign from 20\S+Z on/) as unknown,
    });
    expect(await keysOf(one, 'RS256')).toEqual(before);
  });

  it('lets the next key sign, keeps the old one, and publishes a new next', async () => {
    await publishedLongAgo(one);
    await lookAgain(other); // it must not have to, meanwhile
    const before = await keysOf(one, 'RS256');
    const old = await tokenOf(one);
    const [rotation] = await rotate(one, 'RS256');
    expect(rotation).toMatchObject({ active: before.next, retiring: { kid: before.active } });
    const after = await keysOf(one, 'RS256');
    expect(after).toEqual({ active: before.next, retiring: before.active, next: rotation?.next });
    expect(kidOf(await tokenOf(one))).toBe(after.active);
    // The other replica does not know yet.
    expect(kidOf(await tokenOf(other))).toBe(before.active);
    await lookAgain(other);
    expect(kidOf(await tokenOf(other))).toBe(after.active);
    for (const { url } of [one, other]) {
      await verifyToken(url, old);
      expect(await publishedKids(url)).toEqual(expect.arrayContaining(Object.values(after)));
    }
    expect((await keyEvents(one)).slice(-2)).toEqual([
      expect.stringMatching(`^key.rotate: RS256 key ${after.active} signs instead of ${after.retiring}, which is`),
      `key.create: RS256 key ${after.next}, next`,
    ]);
  });

  it('keeps the old key for as long as anything that it signed may be of use', async () => {
    const [{ seconds } = { seconds: 0 }] = await one.database.query<{ seconds: number }>(
      `SELECT extract(epoch FROM retire_at - now())::int AS seconds FROM signing_keys WHERE state = 'retiring'`,
    );
    // An ID token may name whom to log out while a session lasts: ten hours, more than any access token of this world.
    expect(Math.abs(seconds - 36_060)).toBeLessThan(30);

    await one.database.query(`UPDATE clients SET access_token_ttl = 100000 WHERE id = 'rsa'`);
    await publishedLongAgo(one);
    const [rotation] = await rotate(one, 'PS256');
    const kept = (rotation?.retiring?.until.getTime() ?? 0) - Date.now();
    expect(Math.abs(kept / 1_000 - 100_060)).toBeLessThan(30);
  });

  it('keeps it for a token of a client whose tokens have become short-lived since, or that is gone', async () => {
    const { exp = 0 } = decodeJwt(await tokenOf(other));
    await other.app.get(SigningKeyUsage).write();
    await one.database.query(`UPDATE clients SET access_token_ttl = 1200 WHERE id = 'rsa'`);
    await publishedLongAgo(one);
    const [rotation] = await rotate(one, 'RS256');
    const kept = (rotation?.retiring?.until.getTime() ?? 0) / 1_000 - exp;
    expect(kept).toBeGreaterThanOrEqual(60);
    expect(kept).toBeLessThan(150);
  });

  it('happens once, however many ask for it at once, also by force', async () => {
    await publishedLongAgo(one);
    const holder = new pg.Client(one.database.url);
    await holder.connect();
    for (const force of [false, true]) {
      await holder.query('BEGIN');
      await holder.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [SIGNING_KEYS_LOCK]);
      const calls = Promise.allSettled([one, other, one, other].map((service) => rotate(service, 'ES256', force)));
      await untilSomebodyWaits(one.database, 4); // no call may come when another has ended already
      await holder.query('COMMIT');
      const asked = await calls;
      expect(asked.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      for (const result of asked) {
        if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'conflict' });
      }
    }
    await holder.end();
  });

  it('deletes a key whose time is over: its tokens are refused everywhere', async () => {
    const token = await tokenOf(one);
    await publishedLongAgo(one);
    await rotate(one, 'RS256');
    const judge = ({ app }: Service) => app.get(TokenVerifier).judge(token);
    expect(await judge(other)).toMatchObject({ token: { clientId: 'rsa' } });
    await one.database.query(
      `UPDATE signing_keys SET retire_at = now() - interval '1 second' WHERE state = 'retiring' AND kid = $1`,
      [kidOf(token)],
    );
    await lookAgain(one, other);
    for (const service of [one, other]) {
      expect(await publishedKids(service.url)).not.toContain(kidOf(token));
      await expect(verifyToken(service.url, token)).rejects.toThrow(/no applicable key/);
      expect(await judge(service)).toEqual({ because: expect.stringMatching(/no applicable key/) as unknown });
    }
    await other.app.get(RotationSchedule).look();
    expect(Object.values(await keysOf(one, 'RS256'))).not.toContain(kidOf(token));
    expect((await keyEvents(one)).at(-1)).toBe(
      `key.delete: RS256 key ${kidOf(token)}: the last token that it signed has expired`,
    );
  });

  it('ends a key that others know at once, with all its tokens, when forced', async () => {
    await publishedLongAgo(one);
    const known = await tokenOf(one);
    await rotate(one, 'RS256'); // too mild: the key still verifies
    const next = (await keysOf(one, 'RS256')).next;
    const [rotation] = await rotate(one, 'RS256', true);
    expect(rotation).toMatchObject({ active: next, retiring: undefined });
    expect(await keysOf(one, 'RS256')).toEqual({ active: next, next: rotation?.next });
    await expect(verifyToken(one.url, known)).rejects.toThrow(/no applicable key/);
    await lookAgain(other);
    await expect(verifyToken(other.url, known)).rejects.toThrow(/no applicable key/);
    await verifyToken(other.url, await tokenOf(one));
  });

  it('happens by itself once the key is old, on one replica of all', async () => {
    const third = await startService({ database: one.database });
    await publishedLongAgo(one);
    await one.database.query(
      `UPDATE signing_keys SET active_since = now() - interval '91 days' WHERE state = 'active' AND alg = 'EdDSA'`,
    );
    const before = await keysOf(one, 'EdDSA');
    await other.app.get(RotationSchedule).look();
    expect(await keysOf(one, 'EdDSA')).toEqual(before); // KEY_ROTATION_DAYS=0
    await Promise.all([one, third].map(({ app }) => app.get(RotationSchedule).look()));
    expect(await keysOf(one, 'EdDSA')).toMatchObject({ active: before.next, retiring: before.active });
    await third.stop();
    const rotations = (await keyEvents(one)).filter((event) => event.startsWith('key.rotate: EdDSA'));
    expect(rotations).toHaveLength(1);
  });

  it('is seen before it signs by a process that has not looked for half a minute', async () => {
    await publishedLongAgo(one);
    await lookAgain(other);
    const [rotation] = await rotate(one, 'RS256');
    expect(kidOf(await tokenOf(other))).not.toBe(rotation?.active);
    const real = Date.now.bind(Date);
    jest.spyOn(Date, 'now').mockImplementation(() => real() + 31_000);
    try {
      expect((await other.app.get(KeyRing).signingKey('RS256')).kid).toBe(rotation?.active);
    } finally {
      jest.restoreAllMocks();
    }
  });
});
