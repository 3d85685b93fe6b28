import { setImmediate as nextTurn } from 'node:timers/promises';
import { SharedReading } from './shared-reading';

describe('SharedReading', () => {
  /** How to end each reading that was begun. */
  let begun: { resolve: () => void; reject: (error: Error) => void }[];
  let reading: SharedReading;

  beforeEach(() => {
    begun = [];
    reading = new SharedReading(() => new Promise<void>((resolve, reject) => begun.push({ resolve, reject })));
  });

  it('begins at once, and once more for all who ask meanwhile', async () => {
    const first = reading.run();
    const later = [reading.run(), reading.run()];
    expect(begun).toHaveLength(1);
    begun[0]?.resolve();
    await first;
    await nextTurn();
    expect(begun).toHaveLength(2);
    const tooLate = reading.run();
    begun[1]?.resolve();
    await Promise.all(later);
    await nextTurn();
    expect(begun).toHaveLength(3);
    begun[2]?.resolve();
    await tooLate;
  });

  it('fails for who waits for it, and is tried again for who comes later', async () => {
    const asked = [reading.run(), reading.run()];
    begun[0]?.reject(new Error('away'));
    expect((await Promise.allSettled(asked)).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(begun).toHaveLength(1);
    const again = reading.run();
    begun[1]?.resolve();
    await again;
  });

  it('has ended when nobody reads', async () => {
    await reading.ended();
    const asked = Promise.allSettled([reading.run(), reading.run()]);
    const ended = reading.ended();
    begun[0]?.reject(new Error('away'));
    await ended;
    await asked;
  });
});
