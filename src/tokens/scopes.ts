import { GatehouseError } from '../errors/gatehouse-error';

/** RFC 6749 section 3.3. */
const SCOPE_TOKEN = /^[\x21\x23-\x5B\x5D-\x7E]+$/;

interface Narrowing {
  /** The `scope` parameter; undefined when none was sent. */
  readonly asked: string | undefined;
  /** Everything that both the client and the subject have. */
  readonly available: readonly string[];
  /** May the client carry the scope at all? */
  readonly clientAllows: (scope: string) => boolean;
  /** What becomes of a scope that the client lacks. */
  readonly unknown: 'refuse' | 'ignore';
  /** May the grant's token carry the scope? */
  readonly grantAllows: (scope: string) => boolean;
  /** What becomes of a scope that the client has, but not the grant. */
  readonly beyondGrant: 'refuse' | 'ignore';
}

/**
 * Asked for ∩ available ∩ grant's, without repeats, in the order in which they are available. Asking for none is asking
 * for all.
 * @throws {GatehouseError} `invalid_scope`
 */
export function narrowScopes(narrowing: Narrowing): string[] {
  const { asked, available, clientAllows, unknown, grantAllows, beyondGrant } = narrowing;
  const wanted = asked === undefined ? available : asked.split(' ').filter((scope) => scope !== '');
  if (asked !== undefined) {
    if (unknown === 'refuse') refuseAny(wanted, (scope) => !clientAllows(scope), 'client');
    if (unknown === 'refuse' && beyondGrant === 'refuse') refuseAny(wanted, (scope) => !grantAllows(scope), 'grant');
  }
  return [...new Set(available)].filter((scope) => wanted.includes(scope) && grantAllows(scope));
}

function refuseAny(wanted: readonly string[], isForeign: (scope: string) => boolean, owner: 'client' | 'grant'): void {
  const foreign = wanted.filter(isForeign);
  if (foreign.length === 0) return;
  const named = foreign.filter((scope) => SCOPE_TOKEN.test(scope)).slice(0, 5);
  throw new GatehouseError('invalid_scope', `A requested scope is not among those of the ${owner}.`, {
    detail: `the ${owner} lacks ${foreign.length} of the scopes asked for: ${named.join(' ')}`,
  });
}
