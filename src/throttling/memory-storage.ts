import { Injectable } from '@nestjs/common';
import type { ThrottlerStorage } from '@nestjs/throttler';

interface Window {
  hits: number;
  /** Milliseconds since 1970. */
  readonly endsAt: number;
}

/** Past this many keys the oldest windows are forgotten: a flood of addresses must not fill the memory. */
const MOST_WINDOWS = 200_000;

type Count = Awaited<ReturnType<ThrottlerStorage['increment']>>;

/**
 * Counts hits in fixed windows, in this process. Each call costs the same however many hits a window has; the storage
 * that comes with the throttler walks through all of them.
 */
@Injectable()
export class MemoryThrottlerStorage implements ThrottlerStorage {
  private readonly windows = new Map<string, Window>();

  /** @param ttl length of a window in milliseconds */
  increment(key: string, ttl: number, limit: number): Promise<Count> {
    const now = Date.now();
    const window = this.openWindow(key, ttl, now);
    window.hits++;
    return Promise.resolve(countOf(window, limit, now));
  }

  /** Hits in the present window, without adding one. */
  peek(key: string, limit: number): Promise<Count> {
    const now = Date.now();
    const window = this.windows.get(key);
    const open = window !== undefined && window.endsAt > now;
    return Promise.resolve(countOf(open ? window : { hits: 0, endsAt: now }, limit, now));
  }

  private openWindow(key: string, ttl: number, now: number): Window {
    const open = this.windows.get(key);
    if (open !== undefined && open.endsAt > now) return open;
    this.windows.delete(key); // so that the new one goes to the end: a Map keeps the order of insertion
    this.forgetOldest(now);
    const window = { hits: 0, endsAt: now + ttl };
    this.windows.set(key, window);
    return window;
  }

  /** Ended windows are at the front; two a call are enough to outrun one that is added. */
  private forgetOldest(now: number): void {
    let looked = 0;
    for (const [key, { endsAt }] of this.windows) {
      if (++looked > 2 || (endsAt > now && this.windows.size < MOST_WINDOWS)) return;
      this.windows.delete(key);
    }
  }
}

function countOf({ hits, endsAt }: Window, limit: number, now: number): Count {
  const secondsLeft = Math.max(0, Math.ceil((endsAt - now) / 1_000));
  return { totalHits: hits, timeToExpire: secondsLeft, isBlocked: hits > limit, timeToBlockExpire: secondsLeft };
}
