import type { IncomingMessage, ServerResponse } from 'node:http';

const TIMES = new WeakMap<IncomingMessage, Date>();

/** Notes when a request came, before its body is read and before it waits for anything. */
export function receivedAt(request: IncomingMessage, _response: ServerResponse, next: () => void): void {
  TIMES.set(request, new Date());
  next();
}

export function receivedAtOf(request: IncomingMessage): Date {
  return TIMES.get(request) ?? new Date();
}
