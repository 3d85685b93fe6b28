import { z } from 'zod';
import { thingId, thingName } from '../database/field-rules';
import { domainName } from './account';

/** A domain, as whoever declares it says it. */
export const domainShape = z.strictObject({ name: domainName, displayName: thingName.optional(), org: thingId });
