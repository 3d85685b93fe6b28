import type { IncomingMessage, ServerResponse } from 'node:http';
import { GatehouseError } from '../errors/gatehouse-error';

/** Refuses HTTP/1.1 without a Host header (RFC 9112 section 3.2). */
export function hostHeader(request: IncomingMessage, _response: ServerResponse, next: (error?: unknown) => void): void {
  const missing = request.httpVersion === '1.1' && request.headers.host === undefined;
  next(missing ? new GatehouseError('invalid_request', 'The Host header is missing.') : undefined);
}
