import { GatehouseError } from '../errors/gatehouse-error';

/** RFC 6749 section 3.3. */
const SCOPE_TOKEN = /^[\x21\x23-\x5B\x5D-\x7E]+$/;

interface Narrowing {
  /** The `scope` parameter; undefined when none was sent. */
  readonly asked: string | undefined;
  /** Everything that the client may have. */
  readonly clientScopes: readonly string[];
  /** The widest that the grant decided. Absent: whatever the client has. */
  readonly ceiling?: readonly string[] | undefined;
  /** What becomes of a scope that the client lacks. */
  readonly unknown: 'refuse' | 'ignore';
}

/**
 * Asked for ∩ client's ∩ grant's, without repeats, in the client's order. Asking for none is asking for all.
 * @throws {GatehouseError} `invalid_scope`
 */
export function narrowScopes({ asked, clientScopes, ceiling, unknown }: Narrowing): string[] {
  const wanted = asked === undefined ? clientScopes : asked.split(' ').filter((scope) => scope !== '');
  const foreign = wanted.filter((scope) => !clientScopes.includes(scope));
  if (foreign.length > 0 && unknown === 'refuse') {
    const named = foreign.filter((scope) => SCOPE_TOKEN.test(scope)).slice(0, 5);
    throw new GatehouseError('invalid_scope', 'A requested scope is not among those of the client.', {
      detail: `the client lacks ${foreign.length} of the scopes asked for: ${named.join(' ')}`,
    });
  }
  return [...new Set(clientScopes)].filter(
    (scope) => wanted.includes(scope) && (ceiling === undefined || ceiling.includes(scope)),
  );
}
