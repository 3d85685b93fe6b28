import type { Express } from 'express';
import { pathToRegexp } from 'path-to-regexp';

/** A function that says which methods any route of the application answers at a path; none when there is no such route. */
export function methodLookup(app: Express): (path: string) => string[] {
  const routes = app.router.stack.flatMap(({ route }) =>
    route === undefined
      ? []
      : route.stack.map(({ method }) => [pathToRegexp(route.path, { sensitive: true }).regexp, method] as const),
  );
  return (path) => {
    const methods = routes.filter(([pattern]) => pattern.test(path)).map(([, method]) => method.toUpperCase());
    return [...new Set(methods)].sort();
  };
}
