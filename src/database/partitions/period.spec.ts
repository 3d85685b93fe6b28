import { endAhead, endOf, partitionName, rangesBetween, startOf } from './period';

const at = (text: string) => new Date(text);

describe('periods', () => {
  it.each([
    ['day', '2026-11-22T23:59:59.999Z', '2026-11-22T00:00:00.000Z', '2026-11-23T00:00:00.000Z'],
    ['day', '2026-12-31T00:00:00.000Z', '2026-12-31T00:00:00.000Z', '2027-01-01T00:00:00.000Z'],
    ['month', '2024-02-29T12:00:00.000Z', '2024-02-01T00:00:00.000Z', '2024-03-01T00:00:00.000Z'],
    ['month', '2026-12-31T23:59:59.999Z', '2026-12-01T00:00:00.000Z', '2027-01-01T00:00:00.000Z'],
  ] as const)('a %s of %s begins and ends in UTC', (period, moment, start, end) => {
    expect(startOf(period, at(moment)).toISOString()).toBe(start);
    expect(endOf(period, at(moment)).toISOString()).toBe(end);
  });

  it('are counted ahead from the present one, whatever the length of the months', () => {
    expect(endAhead('month', 13, at('2026-01-31T10:00:00Z'))).toEqual(at('2027-03-01T00:00:00Z'));
    expect(endAhead('day', 0, at('2026-11-22T10:00:00Z'))).toEqual(at('2026-11-23T00:00:00Z'));
  });

  it('follow each other without a gap, also from the middle of one', () => {
    expect(rangesBetween('month', at('2026-11-22T00:00:00Z'), at('2027-01-01T00:00:00Z'))).toEqual([
      { from: at('2026-11-22T00:00:00Z'), to: at('2026-12-01T00:00:00Z') },
      { from: at('2026-12-01T00:00:00Z'), to: at('2027-01-01T00:00:00Z') },
    ]);
    expect(rangesBetween('day', at('2026-11-22T00:00:00Z'), at('2026-11-22T00:00:00Z'))).toEqual([]);
  });

  it('give partitions their names', () => {
    expect(partitionName('audit_events', 'month', at('2026-11-01T00:00:00Z'))).toBe('audit_events_2026_11');
    expect(partitionName('consumptions', 'day', at('2026-11-22T00:00:00Z'))).toBe('consumptions_2026_11_22');
  });
});
