export type Period = 'day' | 'month';

/** From a moment on, up to another one that is no part of it. */
export interface Range {
  readonly from: Date;
  readonly to: Date;
}

/** In UTC, like all periods. */
export function startOf(period: Period, at: Date): Date {
  return new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), period === 'day' ? at.getUTCDate() : 1));
}

/** Where the next period begins. */
export function endOf(period: Period, at: Date): Date {
  return periodsLater(period, at, 1);
}

/** The end of the period that is `ahead` ones after that of `at`. */
export function endAhead(period: Period, ahead: number, at: Date): Date {
  return periodsLater(period, at, ahead + 1);
}

/** Period by period; the first one may begin in the middle of one. */
export function rangesBetween(period: Period, begin: Date, end: Date): Range[] {
  const ranges: Range[] = [];
  for (let from = begin; from < end;) {
    const to = endOf(period, from);
    ranges.push({ from, to });
    from = to;
  }
  return ranges;
}

/** `audit_events_2026_11`, or `consumptions_2026_11_22` of days. */
export function partitionName(table: string, period: Period, from: Date): string {
  const date = from.toISOString().slice(0, period === 'day' ? 10 : 7);
  return `${table}_${date.replaceAll('-', '_')}`;
}

function periodsLater(period: Period, at: Date, count: number): Date {
  const [year, month, day] = [at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate()];
  return new Date(period === 'day' ? Date.UTC(year, month, day + count) : Date.UTC(year, month + count, 1));
}
