import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Configuration } from '../../config/configuration';
import { GatehouseError } from '../../errors/gatehouse-error';
import type { HttpAnswer } from '../../http/http-answer';
import { revalidate } from '../../http/revalidate';
import { KeyRing } from '../../keys/key-ring';

interface CacheHeaders {
  readonly 'Cache-Control': string;
}

/** Public documents change rarely: clients need not ask each time. */
export const CACHED_FIVE_MINUTES = cachedFor(300);

/** The next key is not announced where there is room for one only. */
const ASKED_FOR_EACH_TIME = { 'Cache-Control': 'no-cache' };

/** The public keys as documents. */
@Injectable()
export class PublicKeys {
  /** Of whatever has keys in it. */
  readonly cached: CacheHeaders;

  constructor(
    private readonly keys: KeyRing,
    configuration: Configuration,
  ) {
    this.cached = cachedFor(keptSeconds(configuration.keys.publishSeconds));
  }

  /**
   * JWK Set: RFC 7517 section 5.
   * @param ifNoneMatch the caller's header: 304 when it has the set already
   */
  jwks(ifNoneMatch: string | undefined): HttpAnswer {
    const { body, etag } = this.keys.jwks();
    const headers = { 'Content-Type': 'application/json; charset=utf-8', ...this.cached };
    return revalidate({ status: 200, headers, body }, etag, ifNoneMatch);
  }

  /**
   * The RSA key that signs now, as PEM (RFC 7468 section 13).
   * @param ifNoneMatch the caller's header: 304 when it has the very body already
   * @param wrap makes the body of the PEM
   */
  rsaPem(contentType: string, ifNoneMatch: string | undefined, wrap = (pem: string) => pem): HttpAnswer {
    const pem = String(this.keys.signingPublicKey('RS256').export({ format: 'pem', type: 'spki' }));
    const body = wrap(pem);
    const etag = `"${createHash('sha256').update(body).digest('base64url')}"`;
    return revalidate(
      { status: 200, headers: { 'Content-Type': contentType, ...ASKED_FOR_EACH_TIME }, body },
      etag,
      ifNoneMatch,
    );
  }
}

/** Not so long that a caller could lack the next key when it signs, also if it asked a replica that was late to know it. */
export function keptSeconds(publishSeconds: number): number {
  return Math.min(300, Math.floor(publishSeconds / 2));
}

function cachedFor(seconds: number): CacheHeaders {
  return { 'Cache-Control': `public, max-age=${seconds}` };
}

/** @throws {GatehouseError} `invalid_request` for any other format; absent means pem */
export function keyFormat(format: unknown): 'pem' | 'jwks' {
  if (format === undefined) return 'pem';
  if (format === 'pem' || format === 'jwks') return format;
  throw new GatehouseError('invalid_request', 'format must be pem or jwks.');
}
