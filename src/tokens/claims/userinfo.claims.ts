import type { DialectName } from '@gatehouse/grant-sdk';
import type { Group, Member } from '../../users/person';
import { userName } from '../subject-name';
import { personClaims } from './person.claims';

/** What userinfo says: OpenID Connect Core section 5.3.2. `sub` is that of the dialect's ID tokens; all groups are listed. */
export function userinfo(dialect: DialectName, { person, org }: Member, groups: readonly Group[]) {
  return {
    ...identity(dialect, { person, org }),
    ...personClaims(person),
    name: [person.givenName, person.familyName].filter((part) => part !== '').join(' ') || person.username,
    group_ids: groups.map(({ id }) => id),
    group_names: groups.map(({ name }) => name),
  };
}

function identity(dialect: DialectName, { person, org }: Pick<Member, 'person' | 'org'>) {
  switch (dialect) {
    case 'csp':
      return {
        sub: userName(person),
        domain: person.domain,
        username: person.username,
        acct: person.email,
        context: org.id,
        context_name: org.id,
      };
    case 'identity-manager':
      return { sub: person.id, user_id: person.id, domain: person.domain, org_id: org.id };
    case 'oauth':
      return { sub: person.id, org_id: org.id };
  }
}
