import { z } from 'zod';
import type { DomainEntity } from '../../users/domain.entity';
import { domainShape } from '../../users/domain.shape';

export const newDomain = domainShape.extend({
  displayName: domainShape.shape.displayName.describe('On the login pages. Absent: the name.'),
});

/** What can be changed of a domain: not its name, which is in the subject of every token. */
export const domainSettings = newDomain.omit({ name: true });

/** A domain as it is shown. */
export const shownDomain = z.object({ name: z.string(), displayName: z.string(), org: z.string() });

export type ShownDomain = z.output<typeof shownDomain>;

export function showDomain({ name, displayName, orgId }: DomainEntity): ShownDomain {
  return { name, displayName, org: orgId };
}
