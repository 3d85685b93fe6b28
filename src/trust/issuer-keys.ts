import { Injectable } from '@nestjs/common';
import { createRemoteJWKSet, customFetch, type JWTVerifyGetKey } from 'jose';
import { fetchGuarded } from './guarded-fetch';

const FETCH_TIMEOUT_MS = 2_000;
const CACHE_MS = 10 * 60_000;
const COOL_DOWN_MS = 30_000;

/** More issuers than any deployment has; past it the cache starts anew. */
const MOST_CACHED = 1_000;

/** Public keys of other issuers, fetched by URL and kept for a while. */
@Injectable()
export class IssuerKeys {
  private readonly sets = new Map<string, JWTVerifyGetKey>();

  /** @param privateAddress whether the URL may lead to a private address */
  at(url: string, privateAddress: boolean): JWTVerifyGetKey {
    const key = `${privateAddress} ${url}`;
    const known = this.sets.get(key);
    if (known !== undefined) return known;
    if (this.sets.size >= MOST_CACHED) this.sets.clear();
    const set = createRemoteJWKSet(new URL(url), {
      timeoutDuration: FETCH_TIMEOUT_MS,
      cacheMaxAge: CACHE_MS,
      cooldownDuration: COOL_DOWN_MS,
      [customFetch]: (target, { signal }) => fetchGuarded(new URL(target), signal, privateAddress),
    });
    this.sets.set(key, set);
    return set;
  }
}
