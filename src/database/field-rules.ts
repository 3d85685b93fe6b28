import { z } from 'zod';

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
