import { z } from 'zod';
import type { OrgEntity } from '../../orgs/org.entity';
import { orgFields } from '../../orgs/org-fields';

/** What an administrator says of an org. */
export const orgSettings = z.strictObject({
  ...orgFields,
  disabled: z.boolean().default(false).describe('Ends whatever the org and its clients have.'),
});

export const newOrg = orgSettings.extend({
  id: z
    .string()
    .regex(/^[A-Za-z0-9._:-]{1,255}$/, 'must be letters, digits, dots, colons, _ and - only')
    .optional()
    .describe('Absent: a new UUID.'),
});

/** An org as it is shown. */
export const shownOrg = z.object({
  id: z.string(),
  name: z.string(),
  displayName: z.string(),
  logo: z.string().nullable(),
  disabled: z.boolean(),
  createdAt: z.iso.datetime(),
});

export type ShownOrg = z.output<typeof shownOrg>;

export function showOrg({ id, name: shortName, displayName, logo, disabledAt, createdAt }: OrgEntity): ShownOrg {
  return {
    id,
    name: shortName,
    displayName,
    logo,
    disabled: disabledAt !== null,
    createdAt: createdAt.toISOString(),
  };
}
