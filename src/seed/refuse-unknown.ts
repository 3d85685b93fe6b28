import { type EntityManager, In } from 'typeorm';
import { ClientEntity } from '../clients/client.entity';
import type { GrantTypeRegistry } from '../grants/grant-type.registry';
import { OrgEntity } from '../orgs/org.entity';
import { DomainEntity } from '../users/domain.entity';
import { GroupEntity } from '../users/group.entity';
import { UserEntity, usernameKey } from '../users/user.entity';
import { accountOf } from './account-of';
import { clientFaults } from './client-faults';
import { SeedFileError } from './read-world';
import { serviceRoleFaults } from './service-role-faults';
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
export async function refuseUnknown(
  world: World,
  file: string,
  transaction: EntityManager,
  grants: GrantTypeRegistry,
): Promise<void> {
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
  const faults = [
    ...missing.map(({ from, kind, to }) => `${from}: there is no ${kind} ${to}`),
    ...(await serviceRoleFaults(world, transaction)),
    ...(await clientFaults(world, transaction, grants)),
    ...(await accountFaults(world, transaction)),
    ...(await sharedIdFaults(world, transaction)),
  ];
  if (faults.length > 0) throw new SeedFileError(file, faults);
}

/** User names that are another's, and API tokens of users who are not there. */
async function accountFaults({ users, apiTokens }: World, transaction: EntityManager): Promise<string[]> {
  const ofFile = users.map(({ id, domain, username }) => ({ id, domain, usernameKey: usernameKey(username) }));
  const accounts = [...ofFile, ...apiTokens.map(({ user }) => keyed(accountOf(user)))];
  const kept =
    accounts.length === 0
      ? []
      : await transaction.findBy(
          UserEntity,
          accounts.map(({ domain, usernameKey: key }) => ({ domain, usernameKey: key })),
        );
  // Whom the file renames is no longer who has the name.
  const others = kept.filter(({ id }) => !ofFile.some((user) => user.id === id));
  const all = [...ofFile, ...others];
  const named = ({ domain, usernameKey: key }: Account) =>
    all.filter((one) => one.domain === domain && one.usernameKey === key);
  return [
    ...ofFile.filter((user) => named(user).length > 1).map(({ id }) => `user ${id}: another user has this user name`),
    ...apiTokens
      .filter(({ user }) => named(keyed(accountOf(user))).length === 0)
      .map(({ name, user }) => `API token ${name}: there is no user ${user}`),
  ];
}

interface Account {
  readonly domain: string;
  readonly usernameKey: string;
}

function keyed({ domain, username }: { domain: string; username: string }): Account {
  return { domain, usernameKey: usernameKey(username) };
}

/** In a token's `sub` an id means a user or a client, never both. */
async function sharedIdFaults({ users, clients }: World, transaction: EntityManager): Promise<string[]> {
  const keptClients = await transaction.findBy(ClientEntity, { id: In(users.map(({ id }) => id)) });
  const keptUsers = await transaction.findBy(UserEntity, { id: In(clients.map(({ id }) => id)) });
  return [
    ...keptClients.map(({ id }) => `user ${id}: is the id of a client`),
    ...keptUsers.map(({ id }) => `client ${id}: is the id of a user`),
  ];
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
