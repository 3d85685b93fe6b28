import cors from 'cors';
import type { RequestHandler } from 'express';
import { pathOf } from '../../http/access-log';
import type { Dialects } from './dialects';

/** Applications wait this long before they ask again what they may. */
const PREFLIGHT_SECONDS = 600;

/** Of the csp dialect, beside what discovery names. */
const MORE_PATHS = ['/csp/gateway/am/api/auth/token-public-key', '/csp/gateway/am/api/auth/api-tokens/authorize'];

/**
 * Lets applications that run in a browser, on any origin, call what takes no cookie: a token or a secret that they do
 * not have they cannot send. The pages are not among it.
 */
export function crossOrigin(dialects: Dialects): RequestHandler {
  const handle = cors({
    methods: ['GET', 'POST'],
    exposedHeaders: ['X-Request-Id', 'WWW-Authenticate', 'Retry-After'],
    maxAge: PREFLIGHT_SECONDS,
  });
  const paths = new Set([
    ...MORE_PATHS,
    ...dialects.all.flatMap(({ tokenPaths, endpoints }) => [
      ...tokenPaths,
      endpoints.userinfo_endpoint,
      endpoints.revocation_endpoint,
      endpoints.jwks_uri.split('?')[0] ?? '',
    ]),
  ]);
  return (request, response, next) => {
    const path = pathOf(request);
    if (paths.has(path) || path.includes('/.well-known/')) handle(request, response, next);
    else next();
  };
}
