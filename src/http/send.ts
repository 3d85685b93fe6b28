import type { ServerResponse } from 'node:http';
import type { HttpAnswer } from './http-answer';

/** Writes the answer as it is, past the framework's own rendering. */
export function send(response: ServerResponse, { status, headers, body }: HttpAnswer): void {
  // The caller may still be sending what nobody will read.
  if (status === 413 || status === 408) response.setHeader('Connection', 'close');
  response.writeHead(status, { ...headers, 'Content-Length': Buffer.byteLength(body) }).end(body);
}
