import { boundOf } from './bounds';

describe('bounds of partitions', () => {
  it('are moments of a column of moments', () => {
    expect(boundOf('timestamptz', new Date('2026-11-22T00:00:00Z'))).toBe('2026-11-22T00:00:00.000Z');
  });

  it.each([
    [0, '00000000-0000-0000-0000-000000000000'],
    [1, '00000000-0001-0000-0000-000000000000'],
    [0x019f_1234_abcd, '019f1234-abcd-0000-0000-000000000000'],
    [2 ** 48 - 1, 'ffffffff-ffff-0000-0000-000000000000'],
  ])('are the lowest uuid of millisecond %d', (ms, bound) => {
    // A Date ends before 48 bits do.
    expect(boundOf('uuid', Object.assign(new Date(0), { getTime: () => ms }))).toBe(bound);
  });

  it('order uuids as their times', () => {
    const [before, bound] = [Date.UTC(2026, 10, 30, 23, 59, 59, 999), Date.UTC(2026, 11)].map((ms) =>
      boundOf('uuid', new Date(ms)),
    );
    expect(`${before?.slice(0, 14)}ffff-ffff-ffffffffffff` < String(bound)).toBe(true);
  });

  it('are refused where a uuid cannot hold the time', () => {
    expect(() => boundOf('uuid', new Date(-1))).toThrow(RangeError);
    expect(() => boundOf('uuid', new Date(NaN))).toThrow(RangeError);
  });
});
