import { createHash } from 'node:crypto';
import { GatehouseError } from '../errors/gatehouse-error';

/** A request that may say over which state it was made up. */
export interface Conditional {
  readonly headers: { readonly 'if-match'?: string | undefined };
}

/** For changes that nobody makes up over an older state. */
export const UNCONDITIONAL: Conditional = { headers: {} };

/** A strong entity tag of what is shown of a thing (RFC 9110 section 8.8.3): it changes when anything of that does. */
export function entityTag(shown: object): string {
  return `"${createHash('sha256').update(JSON.stringify(shown)).digest('base64url').slice(0, 27)}"`;
}

/**
 * Keeps a change that was made up over an older state from undoing someone else's (RFC 9110 section 13.1.1). Without
 * If-Match the change is made to whatever is there.
 * @param shown the present state, read in the transaction that changes it
 * @throws {GatehouseError} `precondition_failed`
 */
export function requireMatch(request: Conditional, shown: object): void {
  const wanted = request.headers['if-match'];
  if (wanted === undefined || wanted.trim() === '*') return;
  const tags = wanted.split(',').map((tag) => tag.trim());
  if (!tags.includes(entityTag(shown))) {
    throw new GatehouseError('precondition_failed', 'It was changed meanwhile. Read it again, then decide anew.');
  }
}
