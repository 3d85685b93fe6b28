import type { GatehouseError } from '../../errors/gatehouse-error';

const BEARER = 'Bearer realm="Gatehouse"';

/** What an access token lacks: RFC 6750 section 3. */
export function bearerChallenge({ code, unauthenticated }: GatehouseError): Record<string, string> {
  if (code !== 'invalid_token' && code !== 'insufficient_scope') return {};
  return { 'WWW-Authenticate': unauthenticated ? BEARER : `${BEARER}, error="${code}"` };
}

/** The headers that belong to an error in every dialect. */
export function retryAndAllow({ retryAfterSeconds, allow }: GatehouseError): Record<string, string> {
  return {
    ...(retryAfterSeconds === undefined ? {} : { 'Retry-After': String(retryAfterSeconds) }),
    ...(allow === undefined ? {} : { Allow: allow.join(', ') }),
  };
}
