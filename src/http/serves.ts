import type { HttpAdapterHost } from '@nestjs/core';

/**
 * Does this process serve? The command line is made of the same parts, but may have other settings than the service: what
 * the service does by itself from time to time it must not do.
 */
export function serves(host: HttpAdapterHost): boolean {
  return Boolean(host.httpAdapter);
}
