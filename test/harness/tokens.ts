import { createRemoteJWKSet, jwtVerify, type JWTVerifyResult } from 'jose';
import { DIALECTS, type DialectName } from './dialects';
import { type Answer, basic, get, post } from './http';

export const JWKS_PATHS: Readonly<Record<DialectName, string>> = {
  csp: '/csp/gateway/am/api/auth/keys',
  'identity-manager': '/SAAS/API/1.0/REST/auth/token?attribute=publicKey&format=jwks',
  oauth: '/oauth2/jwks',
};

/** Verifies with what `base` publishes in that dialect just now. */
export function verifyToken(base: string, token: string, dialect: DialectName = 'oauth'): Promise<JWTVerifyResult> {
  // A token of one second may be over by now; tests of expiry say so themselves.
  return jwtVerify(token, createRemoteJWKSet(new URL(base + JWKS_PATHS[dialect])), { clockTolerance: 5 });
}

/** Asks as a client does that sends its credentials raw. */
export function askForToken(base: string, id: string, secret: string, dialect: DialectName = 'oauth'): Promise<Answer> {
  const path = DIALECTS.find((one) => one.dialect === dialect)?.path;
  return post(`${base}${path}`, { form: { grant_type: 'client_credentials' }, headers: basic(id, secret) });
}

/** The ids of the published keys, sorted. */
export async function publishedKids(base: string): Promise<string[]> {
  const { keys } = (await get(base + JWKS_PATHS.oauth)).json as { keys: { kid: string }[] };
  return keys.map(({ kid }) => kid).sort();
}
