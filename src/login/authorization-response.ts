import { CATALOGUE } from '../errors/catalogue';
import { errorDescription } from '../errors/error-description';
import type { GatehouseError } from '../errors/gatehouse-error';
import type { RedirectTarget } from './authorization-request';

/** The URL that brings a code back to the client: RFC 6749 section 4.1.2, with the issuer of RFC 9207 section 2. */
export function codeResponse(target: RedirectTarget, code: string): string {
  return responseUrl(target, { code });
}

/** The same for an error: RFC 6749 section 4.1.2.1. */
export function errorResponse(target: RedirectTarget, error: GatehouseError): string {
  return responseUrl(target, { error: CATALOGUE[error.code].oauth[1], error_description: errorDescription(error) });
}

/** The redirect URI stays as it was registered, its own query included. */
function responseUrl({ redirectUri, state, dialect }: RedirectTarget, answer: Record<string, string>): string {
  const parameters = new URLSearchParams({ ...answer, ...(state === undefined ? {} : { state }), iss: dialect.issuer });
  return `${redirectUri}${redirectUri.includes('?') ? '&' : '?'}${parameters.toString()}`;
}
