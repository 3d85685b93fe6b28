import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import { requestIdOf } from './request-id';

/** One line for each answer. The path without its query and no header: those may hold what must not be logged. */
export function accessLog(logger: Logger) {
  return (request: IncomingMessage, response: ServerResponse, next: () => void): void => {
    const started = performance.now();
    const path = pathOf(request);
    response.once('close', () => {
      const line = {
        requestId: requestIdOf(response),
        method: request.method,
        path,
        status: response.statusCode,
        ms: Math.round((performance.now() - started) * 10) / 10,
        ...(response.writableFinished ? {} : { aborted: true }),
      };
      logger.info(line, 'request');
    });
    next();
  };
}

/** The path of the request target, which may also be a whole URL or `*` (RFC 9112 section 3.2). */
export function pathOf(request: IncomingMessage): string {
  const [path = ''] = (request.url ?? '').replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?]*/i, '').split('?', 1);
  return path.startsWith('/') ? path : '/';
}
