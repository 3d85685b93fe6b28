import { randomBytes } from 'node:crypto';

/** Version 7, which begins with the milliseconds since 1970 (RFC 9562 section 5.7). */
const VERSION_7 = /^([0-9a-f]{8})-([0-9a-f]{4})-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** A `jti`: a UUID that tells the moment of its making more finely than `iat`, which has seconds. */
export function newTokenId(now = Date.now()): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(now, 0, 6);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x70, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** When a token was issued, by its id, or by its `iat` (seconds) if the id does not tell. */
export function issuedAtOf(jti: string, iat: number): Date {
  const [, high, low] = VERSION_7.exec(jti) ?? [];
  return high === undefined || low === undefined ? new Date(iat * 1_000) : new Date(Number.parseInt(high + low, 16));
}
