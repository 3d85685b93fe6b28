import { z } from 'zod';
import type { ClientSecretEntity } from '../../clients/client-secret.entity';

const DEFAULT_OVERLAP_SECONDS = 48 * 3_600;
const LONGEST_OVERLAP_SECONDS = 90 * 24 * 3_600;

/** A secret that someone else made. RFC 6749 appendix A.2 has the characters. */
export const chosenSecret = z
  .string()
  .regex(/^[\x20-\x7E]{16,1024}$/, 'must be 16 to 1,024 printable ASCII characters')
  .describe('In plain. Absent: 256 random bits.');

export const replacedSecret = z.strictObject({ newClientSecret: chosenSecret.optional() });

export const rotatedSecret = replacedSecret.extend({
  secretRotationExpirationInSeconds: z
    .int()
    .min(1)
    .max(LONGEST_OVERLAP_SECONDS)
    .default(DEFAULT_OVERLAP_SECONDS)
    .describe('How long the secrets of before live on. One that would end earlier does.'),
});

/** What is shown of a secret. */
export const shownSecret = z.object({
  id: z.uuid(),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime().nullable().describe('Null: the newest, which does not expire.'),
  lastUsedAt: z.iso.datetime().nullable().describe('A few seconds behind. Null: it was never used.'),
});

export const secretList = z.object({ results: z.array(shownSecret), totalResults: z.int() });

/** The only answer with the secret itself. */
export const madeSecret = shownSecret.extend({ secret: z.string().describe('In plain, this once.') });

export type ShownSecret = z.output<typeof shownSecret>;

export function showSecret({ id, createdAt, expiresAt, lastUsedAt }: ClientSecretEntity): ShownSecret {
  return {
    id,
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt?.toISOString() ?? null,
    lastUsedAt: lastUsedAt?.toISOString() ?? null,
  };
}
