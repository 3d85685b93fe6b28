import { z } from 'zod';
import { thingId, thingName } from '../../database/field-rules';
import type { GroupEntity } from '../../users/group.entity';
import type { UserEntity } from '../../users/user.entity';

const MOST_AT_ONCE = 100;

export const groupSettings = z.strictObject({ name: thingName.describe('As ID tokens have it in group_names.') });

export const newGroup = groupSettings.extend({ id: thingId.optional().describe('Absent: a new UUID.') });

/** People to take in or out. */
export const memberIds = z.strictObject({ ids: z.array(thingId).min(1).max(MOST_AT_ONCE) });

export const shownGroup = z.object({ id: z.string(), name: z.string() });
export type ShownGroup = z.output<typeof shownGroup>;

export function showGroup({ id, name }: GroupEntity): ShownGroup {
  return { id, name };
}

export const shownGroupMember = z.object({
  id: z.string(),
  domain: z.string(),
  username: z.string(),
  email: z.string(),
  givenName: z.string(),
  familyName: z.string(),
});
export type ShownGroupMember = z.output<typeof shownGroupMember>;

export function showGroupMember(user: UserEntity): ShownGroupMember {
  const { id, domain, username, email, givenName, familyName } = user;
  return { id, domain, username, email, givenName, familyName };
}
