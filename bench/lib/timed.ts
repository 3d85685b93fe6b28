/** Something that is asked for again and again; `worker` is the number of whoever asks, from 0 on. */
export type Work = (worker: number) => Promise<unknown>;

/** So many workers, each with one request at a time, until `stop()` says so: the latency of each request, in ms. */
export async function timed(workers: number, work: Work, stop: (done: number) => boolean): Promise<number[]> {
  const latencies: number[] = [];
  let begun = 0;
  const run = async (worker: number) => {
    while (!stop(begun++)) {
      const began = performance.now();
      await work(worker);
      latencies.push(performance.now() - began);
    }
  };
  await Promise.all(Array.from({ length: workers }, (_, worker) => run(worker)));
  return latencies;
}

/** For {@link timed}: so many requests in all. */
export function times(count: number): (done: number) => boolean {
  return (done) => done >= count;
}

/** For {@link timed}: for so long. */
export function during(ms: number): () => boolean {
  const end = performance.now() + ms;
  return () => performance.now() >= end;
}
