import { z } from 'zod';
import type { FamilyEntity } from '../../tokens/family.entity';
import type { UserEntity } from '../../users/user.entity';
import { listQuery } from '../paging';

const exactly = z
  .string()
  .min(1)
  .max(255)
  .refine((text) => !text.includes('\0'), 'contains NUL');

export const loginFilters = z.object({ userId: exactly.optional(), clientId: exactly.optional() });

export const loginQuery = listQuery.extend(loginFilters.shape).strict();

export type LoginQuery = z.output<typeof loginQuery>;

/** A login as it is shown: who may do what with it, and since when. No token of it. */
export const shownLogin = z.object({
  id: z.string(),
  user: z.object({ id: z.string(), domain: z.string(), username: z.string() }),
  clientId: z.string(),
  orgId: z.string(),
  scopes: z.array(z.string()).describe('Granted at the login: what a refresh may never exceed.'),
  actor: z
    .object({ sub: z.string(), act: z.unknown().optional().describe('For whom that one acts.') })
    .nullable()
    .describe('Who acts for the user.'),
  authTime: z.iso.datetime().describe('When the user proved who it is.'),
  createdAt: z.iso.datetime(),
  lastUsedAt: z.iso.datetime().describe('When its refresh token was redeemed last, within an hour.'),
  expiresAt: z.iso.datetime(),
  parentId: z.string().nullable().describe('The login whose token was exchanged for this one. It ends with that.'),
});

export type ShownLogin = z.output<typeof shownLogin>;

export function showLogin(login: FamilyEntity, { id, domain, username }: UserEntity): ShownLogin {
  const { clientId, orgId, scopes, actor, authTime, createdAt, lastUsedAt, expiresAt, parentId } = login;
  return {
    id: login.id,
    user: { id, domain, username },
    ...{ clientId, orgId, scopes, actor, parentId },
    authTime: authTime.toISOString(),
    createdAt: createdAt.toISOString(),
    lastUsedAt: lastUsedAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
  };
}
