import type { GatehouseError } from '../../errors/gatehouse-error';

/** The headers that belong to an error in every dialect. */
export function retryAndAllow({ retryAfterSeconds, allow }: GatehouseError): Record<string, string> {
  return {
    ...(retryAfterSeconds === undefined ? {} : { 'Retry-After': String(retryAfterSeconds) }),
    ...(allow === undefined ? {} : { Allow: allow.join(', ') }),
  };
}
