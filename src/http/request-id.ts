import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';

const HEADER = 'X-Request-Id';
const SANE = /^[A-Za-z0-9._-]{1,128}$/;

/** Gives the response the caller's request id, if it is a sane one, else a new one. */
export function requestId(request: IncomingMessage, response: ServerResponse, next: () => void): void {
  const given = request.headers['x-request-id'];
  response.setHeader(HEADER, typeof given === 'string' && SANE.test(given) ? given : randomUUID());
  next();
}

export function requestIdOf(response: ServerResponse): string {
  return String(response.getHeader(HEADER));
}
