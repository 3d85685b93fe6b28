import { randomBytes } from 'node:crypto';

/** Version 8 (RFC 9562 section 5.8): like version 7, but with the time when the login ends. */
const VERSION_8 = /^([0-9a-f]{8})-([0-9a-f]{4})-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** Milliseconds since 1970 that fit into 48 bits. */
const LATEST_END = 2 ** 48 - 1;

/**
 * An id for a login that is to begin. It tells until when the service keeps the login at most, so that the service finds
 * it, and one day forgets it, together with those that end at the same time.
 * @param latestEnd when the last access token of the login has expired
 */
export function newLoginId(latestEnd: Date): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(Math.min(latestEnd.getTime(), LATEST_END), 0, 6);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** Undefined: the id was not made by {@link newLoginId}. */
export function latestEndOf(loginId: string): Date | undefined {
  const [, high, low] = VERSION_8.exec(loginId) ?? [];
  return high === undefined || low === undefined ? undefined : new Date(Number.parseInt(high + low, 16));
}
