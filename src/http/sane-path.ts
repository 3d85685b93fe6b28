import type { IncomingMessage, ServerResponse } from 'node:http';
import { GatehouseError } from '../errors/gatehouse-error';
import { pathOf } from './access-log';

/** Nothing is at a path with NUL: what a path names is looked up in PostgreSQL, which cannot hold it. */
export function sanePath(request: IncomingMessage, _response: ServerResponse, next: (error?: unknown) => void): void {
  const insane = /%00/.test(pathOf(request));
  next(insane ? new GatehouseError('not_found', 'Nothing answers at this path.') : undefined);
}
