import { z } from 'zod';
import { thingId } from '../../database/field-rules';

const reason = z.string().min(1).max(255).optional().describe('For the audit trail. Nothing secret.');

/** Whose logins and tokens an org revokes. */
export const orgRevocation = z
  .strictObject({
    userId: thingId.optional().describe('A member: all that it has for the organization.'),
    clientId: thingId
      .optional()
      .describe(
        'A client that the organization owns: all that was given to it. With a userId any client: the logins of that user there.',
      ),
    all: z.literal(true).optional().describe('All that the organization and its clients have.'),
    apiTokens: z.boolean().default(false).describe('Deactivates API tokens as well. Not with a clientId.'),
    reason,
  })
  .refine(
    ({ userId, clientId, all }) => (all === true) === (userId === undefined && clientId === undefined),
    'takes a userId, a clientId or both, or else all = true',
  )
  .refine(({ clientId, apiTokens }) => clientId === undefined || !apiTokens, 'takes apiTokens only without a clientId')
  // Swagger UI would fill in everything, all = true among it.
  .meta({ example: { userId: 'ada', reason: 'laptop stolen' } });

export type OrgRevocation = z.output<typeof orgRevocation>;

/** Whose logins and tokens are revoked everywhere. */
export const userRevocation = z
  .strictObject({ userId: thingId, reason })
  .meta({ example: { userId: 'ada', reason: 'laptop stolen' } });

export type UserRevocation = z.output<typeof userRevocation>;

export const revoked = z
  .object({
    logins: z.int().describe('How many logins ended, beside those that had come from them by an exchange.'),
    apiTokens: z.int().describe('How many API tokens were deactivated.'),
  })
  .meta({ example: { logins: 1, apiTokens: 0 } });

export type Revoked = z.output<typeof revoked>;
