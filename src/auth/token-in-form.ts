import { SetMetadata } from '@nestjs/common';
import type { Request } from 'express';
import { GatehouseError } from '../errors/gatehouse-error';
import { bodyOf } from '../http/raw-body';
import { bodyParameters, toForm } from './read-form';

const TOKEN_IN_FORM = 'gatehouse:token-in-form';

/** Lets the access token of a POST stand in its form, where a standard wants that. */
export const TakesTokenInForm = () => SetMetadata(TOKEN_IN_FORM, true);

export function takesTokenInForm(handler: object): boolean {
  return Reflect.getMetadata(TOKEN_IN_FORM, handler) === true;
}

/**
 * RFC 6750 section 2.2. A body of another type is not looked at.
 * @throws {GatehouseError} `invalid_request` when there is one in the Authorization header, too
 */
export function tokenInForm(request: Request): string | undefined {
  const { authorization, 'content-type': contentType = '' } = request.headers;
  if (!/^\s*application\/x-www-form-urlencoded\s*(;|$)/i.test(contentType)) return undefined;
  const form = toForm(bodyParameters({ contentType, body: bodyOf(request), jsonAllowed: false }));
  const token = form.get('access_token');
  if (token !== undefined && authorization !== undefined) {
    throw new GatehouseError('invalid_request', 'Send the access token in the header or in the form, not in both.');
  }
  return token;
}
