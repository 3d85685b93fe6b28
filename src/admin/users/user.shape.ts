import { z } from 'zod';
import { PLATFORM_ROLES } from '../../access/access.decorator';
import { thingId } from '../../database/field-rules';
import { orgPermission } from '../../services/permission-names';
import { accountFields, domainName, password } from '../../users/account';
import type { MembershipEntity } from '../../users/membership.entity';
import type { UserEntity } from '../../users/user.entity';
import { firstRoles, shownRoles, showRoles } from './membership.shape';

const MOST_GROUPS = 100;

const groups = z.array(thingId).max(MOST_GROUPS).default([]).describe('Ids of groups of the organization.');
const inPlain = password.optional().describe('In plain. Absent: nobody can log in with a password.');

export const newUser = z.strictObject({
  id: thingId.optional().describe('Absent: a new UUID.'),
  domain: domainName.describe('One of the organization.'),
  ...accountFields,
  password: inPlain,
  ...firstRoles,
  groups,
});

/** Someone who has an account becomes a member. */
export const addedMember = z.strictObject({ userId: thingId, ...firstRoles, groups });

/** What an administrator says of an account. */
export const userSettings = z.strictObject({
  ...accountFields,
  password: inPlain.describe('In plain; null: nobody can log in with a password. Ends every login of the user.'),
  defaultOrg: thingId.describe('The user has to be a member of it.'),
  disabled: z.boolean().default(false).describe('Ends every login of the user.'),
  platformPermissions: z
    .array(z.literal(PLATFORM_ROLES.map(orgPermission)))
    .optional()
    .describe('For platform operators only.'),
});

/** What cannot be seen of an account, and so has to be found in the patch itself. Null takes it away. */
export const userPatch = z.looseObject({
  password: password.nullish(),
  platformPermissions: z.array(z.string()).nullish(),
});

export const shownUser = z.object({
  id: z.string(),
  domain: z.string(),
  username: z.string(),
  email: z.string(),
  givenName: z.string(),
  familyName: z.string(),
  defaultOrg: z.string(),
  disabled: z.boolean(),
  platformPermissions: z.array(z.string()),
  ...shownRoles.shape,
  createdAt: z.iso.datetime(),
});
export type ShownUser = z.output<typeof shownUser>;

export function showUser(user: UserEntity, membership: MembershipEntity): ShownUser {
  const { id, domain, username, email, givenName, familyName } = user;
  return {
    ...{ id, domain, username, email, givenName, familyName },
    defaultOrg: user.defaultOrgId,
    disabled: user.disabledAt !== null,
    platformPermissions: user.platformPermissions,
    ...showRoles(membership),
    createdAt: user.createdAt.toISOString(),
  };
}
