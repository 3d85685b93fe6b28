import { createHash, timingSafeEqual } from 'node:crypto';

/** Base64url of a SHA-256 (RFC 7636 section 4.2). */
const S256_CHALLENGE = /^[A-Za-z0-9_-]{43}$/;

/** RFC 7636 section 4.1. */
const CODE_VERIFIER = /^[A-Za-z0-9._~-]{43,128}$/;

export function isCodeChallenge(text: string): boolean {
  return S256_CHALLENGE.test(text);
}

/** RFC 7636 section 4.6. */
export function answersChallenge(challenge: string, verifier: string): boolean {
  if (!CODE_VERIFIER.test(verifier)) return false;
  const [expected, given] = [Buffer.from(challenge), Buffer.from(s256(verifier))];
  return expected.length === given.length && timingSafeEqual(expected, given);
}

function s256(verifier: string): string {
  return createHash('sha256').update(verifier).digest('base64url');
}
