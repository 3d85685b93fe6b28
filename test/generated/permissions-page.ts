import { type AccessRule, ORG_ROLES, PLATFORM_ROLES } from '../../src/access/access.decorator';
import type { DeclaredRoute } from '../../src/auth/access-declarations';

const ROLES = [...ORG_ROLES, ...PLATFORM_ROLES.filter((role) => role !== 'platform_impersonator')];

/** docs/permissions.md, from the routes' own declarations. */
export function permissionsPage(routes: readonly DeclaredRoute[]): string {
  const guarded = routes.filter((route): route is GuardedRoute => typeof route.rule === 'object').sort(byPath);
  const others = routes
    .flatMap(({ rule, ...route }) => (typeof rule === 'string' ? [{ ...route, rule }] : []))
    .sort(byPath);
  const head = ['route', ...ROLES];
  const rows = guarded.map(({ method, path, rule }) => [
    `\`${method} ${path}\``,
    ...ROLES.map((role) => ([...rule.roles, ...rule.platform].some((allowed) => allowed === role) ? 'yes' : '')),
  ]);
  return `# Who may use which route

<!-- Generated from the routes' own declarations by npm run generate. -->

A role counts in the org that the access token is for; a route with \`:orgId\` answers 404 for every other org, the same
as for one that does not exist. The roles of the platform count for every org. A role that is missing is a 403.

${table(head, rows)}

Of these, \`tokens\` may be used with any access token, \`clients\` with a client's own authentication, and \`everyone\` by
everyone:

${table(
  ['route', 'by'],
  others.map(({ method, path, rule }) => [`\`${method} ${path}\``, rule]),
)}
`;
}

type GuardedRoute = DeclaredRoute & { readonly rule: Exclude<AccessRule, string> };

function byPath(one: DeclaredRoute, other: DeclaredRoute): number {
  const [a, b] = [`${one.path} ${one.method}`, `${other.path} ${other.method}`];
  return a < b ? -1 : 1;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
