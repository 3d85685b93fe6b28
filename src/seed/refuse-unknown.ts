import { type EntityManager, In } from 'typeorm';
import { OrgEntity } from '../orgs/org.entity';
import { DomainEntity } from '../users/domain.entity';
import { GroupEntity } from '../users/group.entity';
import { SeedFileError } from './read-world';
import type { World } from './world.schema';

/** One thing of the file that names another by its id. */
interface Reference {
  readonly from: string;
  readonly kind: 'org' | 'domain' | 'group';
  readonly to: string;
}

/**
 * Looks whether everything that the file names is in it or in the database; the orgs of the file are already.
 * @throws {SeedFileError} with all that is missing
 */
export async function refuseUnknown(world: World, file: string, transaction: EntityManager): Promise<void> {
  const references = referencesOf(world);
  const named = (kind: Reference['kind']) => In(references.filter((one) => one.kind === kind).map(({ to }) => to));
  const orgs = await transaction.findBy(OrgEntity, { id: named('org') });
  const domains = await transaction.findBy(DomainEntity, { name: named('domain') });
  const groups = await transaction.findBy(GroupEntity, { id: named('group') });
  const known = {
    org: orgs.map(({ id }) => id),
    domain: [...world.domains, ...domains].map(({ name }) => name),
    group: [...world.groups, ...groups].map(({ id }) => id),
  };
  const missing = references.filter(({ kind, to }) => !known[kind].includes(to));
  if (missing.length === 0) return;
  throw new SeedFileError(
    file,
    missing.map(({ from, kind, to }) => `${from}: there is no ${kind} ${to}`),
  );
}

function referencesOf(world: World): Reference[] {
  const toOrg = (from: string, to: string): Reference => ({ from, kind: 'org', to });
  return [
    ...world.domains.map(({ name, org }) => toOrg(`domain ${name}`, org)),
    ...world.groups.map(({ id, org }) => toOrg(`group ${id}`, org)),
    ...world.clients.map(({ id, org }) => toOrg(`client ${id}`, org)),
    ...world.trustedIssuers.map(({ issuer, org }) => toOrg(`trusted issuer ${issuer}`, org)),
    ...world.apiTokens.map(({ name, org }) => toOrg(`API token ${name}`, org)),
    ...world.users.flatMap(({ id, domain, defaultOrg, memberships, groups }) => [
      { from: `user ${id}`, kind: 'domain' as const, to: domain },
      toOrg(`user ${id}`, defaultOrg),
      ...memberships.map(({ org }) => toOrg(`user ${id}`, org)),
      ...groups.map((group) => ({ from: `user ${id}`, kind: 'group' as const, to: group })),
    ]),
  ];
}
