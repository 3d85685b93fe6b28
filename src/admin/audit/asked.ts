import type { AuditEventEntity } from '../../audit/audit-event.entity';

/** What an action asks for, where its name alone would not tell. Of things that are administered it does. */
const WORDS: ReadonlyMap<string, string> = new Map([
  ['token.issue', 'for a token'],
  ['token.introspect', 'whether a token is good'],
  ['token.revoke', 'to revoke a token'],
  ['code.issue', 'for an authorization code'],
  ['session.begin', 'to log in with a browser'],
  ['session.end', 'to log out'],
  ['consent.give', 'to let a client act'],
  ['family.end', 'to end a login, or did what ends it'],
  ['login.end', 'to end a login'],
  ['access.revoke', 'to revoke logins and tokens'],
  ['request.limit', 'too often'],
  ['access.refuse', 'to use the API'],
  ['person.export', 'for all that is kept of a person'],
  ['person.erase', 'to erase a person'],
]);

const VERBS: ReadonlyMap<string, string> = new Map([
  ['create', 'to create'],
  ['update', 'to change'],
  ['delete', 'to delete'],
]);

/** What was asked for in an event, to go on after "asked". */
export function asked({ action, grantType, dialect, orgId }: Asked): string {
  const [thing = '', verb = ''] = action.split('.');
  const begun = VERBS.get(verb);
  const what =
    WORDS.get(action) ?? (begun === undefined ? `for ${action}` : `${begun} a ${thing.replaceAll('_', ' ')}`);
  const how = grantType === null ? '' : ` by the grant ${grantType}`;
  const where = dialect === null ? '' : ` in the ${dialect} dialect`;
  return `${what}${how}${where}${orgId === null ? '' : `, in org ${orgId}`}`;
}

type Asked = Pick<AuditEventEntity, 'action' | 'grantType' | 'dialect' | 'orgId'>;
