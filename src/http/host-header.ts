import type { IncomingMessage, ServerResponse } from 'node:http';
import { GatehouseError } from '../errors/gatehouse-error';

/** uri-host with an optional port (RFC 9110 section 7.2); it may be empty. */
const HOST = /^(?:\[[0-9A-Za-z:.%_~-]+\]|[A-Za-z0-9._~!$&'()*+,;=%-]*)(?::\d*)?$/;

/** Node keeps the first of these: who sends two may mean the other, and something before us may have read that one. */
const SINGLE = ['host', 'authorization'];

/** Refuses HTTP/1.1 without a Host header, a Host that is none, and two of what there is one of (RFC 9112 section 3.2). */
export function hostHeader(request: IncomingMessage, _response: ServerResponse, next: (error?: unknown) => void): void {
  const fault = faultOf(request);
  next(fault === undefined ? undefined : new GatehouseError('invalid_request', fault));
}

function faultOf({ httpVersion, headers: { host }, rawHeaders }: IncomingMessage): string | undefined {
  const names = rawHeaders.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase());
  const repeated = SINGLE.find((name) => names.indexOf(name) !== names.lastIndexOf(name));
  if (repeated !== undefined) return `The header ${repeated} is repeated.`;
  if (host === undefined) return httpVersion === '1.1' ? 'The Host header is missing.' : undefined;
  return HOST.test(host) ? undefined : 'The Host header is malformed.';
}
