import type { ServerResponse } from 'node:http';
import type { HttpAnswer } from './http-answer';

/** Writes the answer as it is, past the framework's own rendering. */
export function send(response: ServerResponse, { status, headers, body }: HttpAnswer): void {
  // The caller may still be sending what nobody will read.
  if (status === 413 || status === 408) response.setHeader('Connection', 'close');
  // RFC 9110 section 8.6: without a body there is no length, and that of a 304 would be that of what it stands for.
  const length = status === 204 || status === 304 ? {} : { 'Content-Length': Buffer.byteLength(body) };
  response.writeHead(status, { ...headers, ...length }).end(body);
}
