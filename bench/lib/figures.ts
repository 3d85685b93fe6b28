export interface Figures {
  readonly count: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

/** @param latencies in milliseconds */
export function figuresOf(latencies: readonly number[]): Figures {
  const sorted = latencies.toSorted((one, other) => one - other);
  const at = (share: number) => sorted[Math.ceil(share * sorted.length) - 1] ?? NaN;
  return { count: sorted.length, p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) };
}

/** As one line: milliseconds. */
export function shown({ count, p50, p95, p99, max }: Figures): string {
  const ms = (value: number) => value.toFixed(2).padStart(8);
  return `n ${String(count).padStart(6)}  p50${ms(p50)}  p95${ms(p95)}  p99${ms(p99)}  max${ms(max)} ms`;
}

export function ratio(one: number, other: number): string {
  return `${(one / other).toFixed(2)}x`;
}
