import { z } from 'zod';
import { moment, thingName } from '../database/field-rules';
import { scopeToken } from '../services/service-definition.shape';

/** What whoever makes an API token says of it. */
export const apiTokenFields = {
  name: thingName,
  scopes: z.array(scopeToken).optional(),
  expiresAt: moment.optional(),
};
