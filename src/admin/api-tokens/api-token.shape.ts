import { z } from 'zod';
import type { ApiTokenEntity } from '../../api-tokens/api-token.entity';
import { apiTokenFields } from '../../api-tokens/api-token.shape';
import { isStorable, UNSTORABLE } from '../../database/field-rules';
import { listQuery } from '../paging';

const LONGEST_LIFE_SECONDS = 100 * 365 * 24 * 3_600;

/** More than anyone chooses by hand; each has an event of its own. */
const MOST_AT_ONCE = 100;

/** What someone says of an API token to make it. */
export const newApiToken = z
  .strictObject({
    name: apiTokenFields.name,
    scopes: apiTokenFields.scopes.describe(
      'The widest scope of its access tokens. Absent: all that the caller may now.',
    ),
    expiresAt: apiTokenFields.expiresAt.refine((at) => at === undefined || at > new Date(), 'must be in the future'),
    expiresInSeconds: z.int().min(1).max(LONGEST_LIFE_SECONDS).optional(),
  })
  .refine(
    ({ expiresAt, expiresInSeconds }) => expiresAt === undefined || expiresInSeconds === undefined,
    'takes expiresAt or expiresInSeconds, not both',
  )
  .transform(({ name, scopes, expiresAt, expiresInSeconds }) => ({
    name,
    scopes,
    expiresAt: expiresInSeconds === undefined ? (expiresAt ?? null) : new Date(Date.now() + expiresInSeconds * 1_000),
  }));

export const apiTokenQuery = listQuery.extend({
  userId: z.string().min(1).max(255).refine(isStorable, UNSTORABLE).optional(),
});

export const tokensToDeactivate = z.strictObject({
  tokenIds: z
    .array(z.uuid().transform((id) => id.toLowerCase()))
    .min(1)
    .max(MOST_AT_ONCE)
    .transform((ids) => [...new Set(ids)]),
});

/** An API token as it is shown: never the token itself. */
export const shownApiToken = z.object({
  id: z.uuid(),
  name: z.string(),
  scopes: z.array(z.string()).nullable().describe('null: all that the user may.'),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime().nullable(),
  lastUsedAt: z.iso.datetime().nullable(),
});

export type ShownApiToken = z.output<typeof shownApiToken>;

/** An API token when it is made: the one time that the token is seen. */
export const madeApiToken = shownApiToken.extend({ token: z.string().describe('Shown this once.') });

export function showApiToken(token: ApiTokenEntity): ShownApiToken {
  const { id, name, scopes, createdAt, expiresAt, lastUsedAt } = token;
  return {
    id,
    name,
    scopes,
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt?.toISOString() ?? null,
    lastUsedAt: lastUsedAt?.toISOString() ?? null,
  };
}
