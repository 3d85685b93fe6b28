import { z } from 'zod';

/** PostgreSQL can hold no NUL, and no half of a surrogate pair. */
export function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0');
}

export const UNSTORABLE = 'contains NUL or broken Unicode';

/** What ids of things may be, wherever they come from: they stand in paths, claims and logs as they are. */
export const thingId = z
  .string()
  .regex(/^[A-Za-z0-9._:-]{1,255}$/, 'must be letters, digits, dots, colons, _ and - only');

/** As PostgreSQL reads it, of whichever version. */
export const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** What people call a thing. */
export const thingName = z.string().min(1).max(255);

/** With its offset from UTC. */
export const moment = z.iso.datetime({ offset: true }).transform((text) => new Date(text));
