import { GatehouseError } from './errors/gatehouse-error';
import { OperatorError } from './errors/operator-error';
import { isServiceAway } from './errors/service-away';

/** What to tell the operator whose command or start failed: no stack where the message says what to mend. */
export function reasonToStop(error: unknown): string {
  if (error instanceof OperatorError) return error.message;
  if (error instanceof GatehouseError && error.code !== 'server_error') return `${error.code}: ${error.message}`;
  if (isServiceAway(error)) return `The database cannot be reached: ${error instanceof Error ? error.message : ''}`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
