import { z } from 'zod';
import { clientRegistrationSchema } from '../clients/client-registration';

const id = z.string().regex(/^[A-Za-z0-9._-]{1,255}$/, 'must be letters, digits, dots, _ and - only');
const name = z.string().min(1).max(255);

const org = z.strictObject({
  id,
  name: name.describe('Short, for claims such as prn.'),
  displayName: name.optional().describe('Default: the name.'),
});

const client = clientRegistrationSchema.safeExtend({ org: id.describe('Id of the org that owns the client.') });

/** What a seed file declares. Published as seed.schema.json. */
export const worldSchema = z
  .strictObject({ orgs: z.array(org).default([]), clients: z.array(client).default([]) })
  .superRefine((world, context) => {
    for (const kind of ['orgs', 'clients'] as const) {
      const ids = world[kind].map((thing) => thing.id);
      ids.forEach((thisId, index) => {
        if (ids.indexOf(thisId) < index) {
          context.addIssue({ code: 'custom', path: [kind, index, 'id'], message: 'stands twice in this file' });
        }
      });
    }
  });

export type World = z.output<typeof worldSchema>;
