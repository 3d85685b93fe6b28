import { randomUUID } from 'node:crypto';
import { exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose';
import { ISSUER } from './service';

export const ASSERTING_ISSUER = 'https://idp.partner.test';

export interface AssertionKeys {
  readonly publicJwk: JWK;
  /** An assertion that is good but for the claims given; undefined leaves one out. */
  sign(claims?: JWTPayload, header?: { alg?: string; kid?: string }): Promise<string>;
}

/** The keys of an issuer that says who its users are (RFC 7523). */
export async function assertionKeys(kid = 'partner-1'): Promise<AssertionKeys> {
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
  const publicJwk = { ...(await exportJWK(publicKey)), kid, alg: 'ES256', use: 'sig' };
  return {
    publicJwk,
    sign: (claims = {}, header = {}) =>
      new SignJWT(assertionClaims(claims)).setProtectedHeader({ alg: 'ES256', kid, ...header }).sign(privateKey),
  };
}

/** About ada, for the service, for a minute, once: but for the claims given. */
export function assertionClaims(claims: JWTPayload = {}): JWTPayload {
  const now = Math.floor(Date.now() / 1_000);
  return { iss: ASSERTING_ISSUER, sub: 'u-ada', aud: ISSUER, iat: now, exp: now + 60, jti: randomUUID(), ...claims };
}
