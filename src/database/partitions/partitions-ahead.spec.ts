import type { Partition } from './partition';
import { cutFor } from './partitions-ahead';
import { outdated } from './outdated-partitions';

const TABLE = { table: 't', column: 'at', key: 'timestamptz', period: 'month', ahead: 1, keepDays: 30 } as const;
const date = (text: string) => new Date(`${text}T00:00:00Z`);
const part = (name: string, from: string | null, to: string | null): Partition => ({
  ...{ table: 't', name, rows: null },
  from: from === null ? null : date(from),
  to: to === null ? null : date(to),
});
const PARTITIONS = [
  part('t_earlier', null, '2026-11-01'),
  part('t_2026_11', '2026-11-01', '2026-12-01'),
  part('t_2026_12', '2026-12-01', '2027-01-01'),
  part('t_later', '2027-01-01', null),
];
const names = (at: string) => {
  const cut = cutFor(TABLE, PARTITIONS, date(at));
  return cut && { kept: cut.kept.name, made: cut.made.map(({ name }) => name) };
};

describe('the partitions ahead', () => {
  it('are left alone as long as they suffice', () => {
    expect(names('2026-11-01')).toBeUndefined();
    expect(names('2026-11-30')).toBeUndefined();
  });

  it('are cut out of the last one in time', () => {
    expect(names('2026-12-01')).toEqual({ kept: 't_later', made: ['t_2027_01'] });
  });

  it('have what was missed in one, which the last one becomes', () => {
    expect(names('2027-10-05')).toEqual({ kept: 't_2027_01', made: ['t_2027_11', 't_later'] });
    expect(cutFor(TABLE, PARTITIONS, date('2027-10-05'))?.kept).toEqual({
      ...{ name: 't_2027_01', from: date('2027-01-01'), to: date('2027-11-01') },
    });
    expect(names('2027-01-01')).toEqual({ kept: 't_2027_01', made: ['t_2027_02', 't_later'] });
  });
});

describe('an outdated partition', () => {
  it('is the earliest period, once it is kept for long enough, with what is earlier', () => {
    expect(outdated(TABLE, PARTITIONS, new Date('2026-12-30T23:59:59.999Z'))).toBeUndefined();
    expect(outdated(TABLE, PARTITIONS, date('2026-12-31'))).toEqual({ period: PARTITIONS[1], earlier: PARTITIONS[0] });
  });

  it('is never the last one, nor any of a table that is kept for ever', () => {
    expect(outdated(TABLE, [part('t_later', '2000-01-01', null)], date('2100-01-01'))).toBeUndefined();
    expect(outdated({ ...TABLE, keepDays: undefined }, PARTITIONS, date('2100-01-01'))).toBeUndefined();
  });
});
