import { setImmediate as turn } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { WrittenLater } from './written-later';

describe('what is written later', () => {
  const begun: { facts: [string, number][]; end: () => void; fail: (error: Error) => void }[] = [];
  let later: WrittenLater<number>;

  beforeEach(() => {
    begun.length = 0;
    jest.spyOn(Logger.prototype, 'warn').mockReturnValue();
    later = new WrittenLater<number>({
      of: 'things',
      write: (facts) => new Promise((end, fail) => begun.push({ facts: [...facts], end: () => end(undefined), fail })),
    });
  });
  afterEach(() => jest.restoreAllMocks());

  it('is the latest of each thing, in one write, and nothing twice', async () => {
    for (const fact of [1, 2]) later.record('a', fact);
    later.record('b', 3);
    const written = later.write();
    await turn();
    begun[0]?.end();
    await written;
    await later.write();
    expect(begun.map(({ facts }) => facts)).toEqual([
      [
        ['a', 2],
        ['b', 3],
      ],
    ]);
  });

  it('is kept when it cannot be written, but for what is newer', async () => {
    later.record('a', 1);
    later.record('b', 1);
    const written = later.write();
    await turn();
    later.record('a', 2);
    begun[0]?.fail(new Error('away'));
    await written;
    void later.write();
    await turn();
    expect(Object.fromEntries(begun[1]?.facts ?? [])).toEqual({ a: 2, b: 1 });
  });

  it('is written before it ends, also what is under way', async () => {
    later.record('a', 1);
    void later.write();
    await turn();
    later.record('b', 2);
    let ended = false;
    const end = later.end().then(() => (ended = true));
    await turn();
    expect({ ended, writes: begun.length }).toEqual({ ended: false, writes: 1 });
    begun[0]?.end();
    await turn();
    expect(ended).toBe(false);
    begun[1]?.end();
    await end;
    expect(begun[1]?.facts).toEqual([['b', 2]]);
  });
});
