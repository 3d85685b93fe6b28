import { OperatorError } from './errors/operator-error';

/** What to tell the operator whose command or start failed: no stack where the message says what to mend. */
export function reasonToStop(error: unknown): string {
  if (error instanceof OperatorError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
