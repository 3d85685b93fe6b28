import { latestEndOf } from '@gatehouse/grant-sdk';

/** 16 bytes that name the login, and 32 that nobody can guess. */
const TOKEN = /^[A-Za-z0-9_-]{64}$/;
const ID_BYTES = 16;

/**
 * A refresh token, 64 characters of base64url. It names its login, so that it is looked for only among those that end at
 * the same time; what it is good for the database alone says.
 * @param secret 32 bytes
 */
export function refreshTokenOf(loginId: string, secret: Buffer): string {
  return Buffer.concat([Buffer.from(loginId.replaceAll('-', ''), 'hex'), secret]).toString('base64url');
}

/** Undefined: it names none, as those of older versions and whatever is no refresh token. */
export function loginIdOf(refreshToken: string): string | undefined {
  if (!TOKEN.test(refreshToken)) return undefined;
  const hex = Buffer.from(refreshToken, 'base64url').toString('hex', 0, ID_BYTES);
  const id = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
  return latestEndOf(id) === undefined ? undefined : id;
}
