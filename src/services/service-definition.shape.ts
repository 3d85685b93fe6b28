import { z } from 'zod';
import { thingId, thingName } from '../database/field-rules';

export const scopeToken = z
  .string()
  .regex(/^[\x21\x23-\x5B\x5D-\x7E]{1,255}$/, 'must be a scope of RFC 6749 section 3.3');

/** A service and what its roles may, as whoever declares it says it. */
export const serviceDefinitionShape = z.strictObject({
  id: thingId,
  name: thingName.optional().describe('Default: the id.'),
  roles: z
    .array(
      z.strictObject({
        name: scopeToken,
        permissions: z
          .array(z.strictObject({ permissionId: scopeToken, resources: z.array(thingName).default(['*']) }))
          .default([])
          .describe('`*` among the resources stands for all.'),
      }),
    )
    .default([]),
});
