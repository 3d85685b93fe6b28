import type { Org, Person } from '@gatehouse/grant-sdk';
import type { ServiceRole } from './membership.entity';
import type { UserEntity } from './user.entity';

/** A user in an org that it has a part in. Neither is disabled. */
export interface Member {
  readonly person: Person;
  readonly org: Org;
  /** All that the user may there, by the names of the `perms` claim. */
  readonly permissions: readonly string[];
  readonly serviceRoles: readonly ServiceRole[];
}

export interface Group {
  readonly id: string;
  readonly name: string;
}

export function toPerson(user: UserEntity): Person {
  return {
    id: user.id,
    domain: user.domain,
    username: user.username,
    email: user.email,
    givenName: user.givenName,
    familyName: user.familyName,
    defaultOrgId: user.defaultOrgId,
    platformPermissions: user.platformPermissions,
  };
}
