import { GatehouseError } from '../errors/gatehouse-error';
import type { Form } from '../grants/form';

/**
 * The token that a client asks about or gives up. `token_type_hint` may stand beside it and is not needed: every kind of
 * token is looked for at once (RFC 7662 section 2.1, RFC 7009 section 2.1).
 * @throws {GatehouseError} `invalid_request`
 */
export function presentedToken(form: Form): string {
  const token = form.get('token');
  if (token === undefined) throw new GatehouseError('invalid_request', 'token is missing.');
  return token;
}
