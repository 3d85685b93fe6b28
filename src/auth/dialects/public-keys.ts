import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { GatehouseError } from '../../errors/gatehouse-error';
import type { HttpAnswer } from '../../http/http-answer';
import { revalidate } from '../../http/revalidate';
import { KeyRing } from '../../keys/key-ring';

/** Public documents change rarely: clients need not ask each time. */
export const CACHED_FIVE_MINUTES = { 'Cache-Control': 'public, max-age=300' };

const CACHED_JSON = { 'Content-Type': 'application/json; charset=utf-8', ...CACHED_FIVE_MINUTES };

/** The next key is not announced where there is room for one only. */
const ASKED_FOR_EACH_TIME = { 'Cache-Control': 'no-cache' };

/** The public keys as documents. */
@Injectable()
export class PublicKeys {
  constructor(private readonly keys: KeyRing) {}

  /**
   * JWK Set: RFC 7517 section 5.
   * @param ifNoneMatch the caller's header: 304 when it has the set already
   */
  jwks(ifNoneMatch: string | undefined): HttpAnswer {
    const { body, etag } = this.keys.jwks();
    return revalidate({ status: 200, headers: CACHED_JSON, body }, etag, ifNoneMatch);
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

/** @throws {GatehouseError} `invalid_request` for any other format; absent means pem */
export function keyFormat(format: unknown): 'pem' | 'jwks' {
  if (format === undefined) return 'pem';
  if (format === 'pem' || format === 'jwks') return format;
  throw new GatehouseError('invalid_request', 'format must be pem or jwks.');
}
