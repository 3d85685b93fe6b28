import { MemoryThrottlerStorage } from './memory-storage';

const MINUTE = 60_000;

// It measures time, on machines that others use as well.
jest.retryTimes(2);

describe('MemoryThrottlerStorage', () => {
  let storage: MemoryThrottlerStorage;

  beforeEach(() => {
    jest.useFakeTimers({ now: 0 });
    storage = new MemoryThrottlerStorage();
  });
  afterEach(() => jest.useRealTimers());

  it('counts each key for itself and blocks past the limit', async () => {
    const blocked: boolean[] = [];
    for (let hit = 0; hit < 4; hit++) blocked.push((await storage.increment('a', MINUTE, 2)).isBlocked);
    expect(blocked).toEqual([false, false, true, true]);
    expect(await storage.increment('b', MINUTE, 2)).toMatchObject({ totalHits: 1, isBlocked: false });
    expect(await storage.increment('a', MINUTE, 2)).toMatchObject({ totalHits: 5, isBlocked: true });
  });

  it('peeks without counting', async () => {
    expect(await storage.peek('a', 0)).toMatchObject({ totalHits: 0, isBlocked: false });
    await storage.increment('a', MINUTE, 1);
    for (let look = 0; look < 3; look++) {
      expect(await storage.peek('a', 1)).toMatchObject({ totalHits: 1, isBlocked: false });
    }
    expect(await storage.peek('a', 0)).toMatchObject({ totalHits: 1, isBlocked: true });
  });

  it('ends a window after its time, however often it was hit in between', async () => {
    await storage.increment('a', MINUTE, 1);
    jest.setSystemTime(MINUTE - 1);
    expect(await storage.increment('a', MINUTE, 1)).toMatchObject({ totalHits: 2, timeToBlockExpire: 1 });
    jest.setSystemTime(MINUTE);
    expect(await storage.peek('a', 1)).toMatchObject({ totalHits: 0, timeToExpire: 0 });
    expect(await storage.increment('a', MINUTE, 1)).toMatchObject({ totalHits: 1, isBlocked: false });
  });

  it('says in whole seconds how long the window still lasts, never too few', async () => {
    expect(await storage.increment('a', MINUTE, 1)).toMatchObject({ timeToExpire: 60 });
    jest.setSystemTime(58_999);
    expect(await storage.increment('a', MINUTE, 1)).toMatchObject({ timeToExpire: 2, timeToBlockExpire: 2 });
  });

  it('forgets the oldest keys rather than fill the memory', async () => {
    for (let key = 0; key < 200_100; key++) void storage.increment(`key ${key}`, MINUTE, 1);
    expect(await storage.peek('key 0', 1)).toMatchObject({ totalHits: 0 });
    expect(await storage.peek('key 200099', 1)).toMatchObject({ totalHits: 1 });
    expect(await storage.peek('key 1000', 1)).toMatchObject({ totalHits: 1 });
  });

  it('counts a key as young again when its window begins anew', async () => {
    await storage.increment('long', 10 * MINUTE, 1); // keeps what is behind it from being swept
    await storage.increment('returning', MINUTE, 1);
    jest.setSystemTime(MINUTE);
    for (let key = 0; key < 100; key++) void storage.increment(`before ${key}`, MINUTE, 1);
    await storage.increment('returning', MINUTE, 1);
    for (let key = 0; key < 199_950; key++) void storage.increment(`after ${key}`, MINUTE, 1);
    expect(await storage.peek('before 0', 1)).toMatchObject({ totalHits: 0 });
    expect(await storage.peek('returning', 1)).toMatchObject({ totalHits: 1 });
  });

  it('takes no longer for the last of 100,000 hits than for the first', async () => {
    const timeOf = async (hits: number) => {
      const started = performance.now();
      for (let hit = 0; hit < hits; hit++) await storage.increment('busy', MINUTE, 1);
      return performance.now() - started;
    };
    /** Of five times 2,000 hits: a busy machine only ever adds. */
    const quickest = async () => {
      const times: number[] = [];
      for (let turn = 0; turn < 5; turn++) times.push(await timeOf(2_000));
      return Math.min(...times);
    };
    jest.useRealTimers();
    await timeOf(10_000); // until the code is compiled
    const first = await quickest();
    await timeOf(80_000);
    const last = await quickest();
    expect(await storage.peek('busy', 1)).toMatchObject({ totalHits: 110_000 });
    // What walks through all hits is five times slower by then; the rest is for the grain of the clock.
    expect(last).toBeLessThan(3 * first + 5);
  });
});
