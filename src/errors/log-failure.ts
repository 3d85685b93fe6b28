import type { Logger } from '@nestjs/common';
import type { GatehouseError } from './gatehouse-error';

/** Logs our own failures. Only the stack of the cause: a database error also holds the statement's parameters. */
export function logFailure(logger: Logger, requestId: string, error: GatehouseError): void {
  if (error.code === 'unavailable') logger.warn({ requestId, msg: error.detail });
  if (error.code !== 'server_error') return;
  const stack = error.cause instanceof Error ? error.cause.stack : undefined;
  logger.error({ requestId, stack, msg: error.detail });
}
