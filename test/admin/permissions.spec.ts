import type { AccessRule } from '../../src/access/access.decorator';
import { AccessDeclarations } from '../../src/auth/access-declarations';
import { ADMIN_WORLD, ApiUser, type Role } from '../harness/admin-world';
import { send } from '../harness/http';
import { type Service, startService } from '../harness/service';

/** What each person's token says, and for which org. */
const PEOPLE: Readonly<Record<Role, { readonly role: string; readonly org: string }>> = {
  owner: { role: 'org_owner', org: 'acme' },
  admin: { role: 'org_admin', org: 'acme' },
  developer: { role: 'developer', org: 'acme' },
  member: { role: 'org_member', org: 'acme' },
  'beta-owner': { role: 'org_owner', org: 'beta' },
  operator: { role: 'platform_operator', org: 'ops' },
  auditor: { role: 'platform_auditor', org: 'ops' },
};
const ROLES = Object.keys(PEOPLE) as Role[];

type Rule = Exclude<AccessRule, string>;

interface GuardedRoute {
  readonly method: string;
  readonly path: string;
  readonly rule: Rule;
}

describe('who may use which route', () => {
  let service: Service;
  let users: ReadonlyMap<Role, ApiUser>;
  let routes: readonly GuardedRoute[];

  beforeAll(async () => {
    service = await startService({ world: ADMIN_WORLD });
    users = new Map(ROLES.map((role) => [role, new ApiUser(service, role)]));
    routes = service.app
      .get(AccessDeclarations)
      .routes.filter((route): route is GuardedRoute => typeof route.rule === 'object');
  });
  afterAll(() => service?.stop());

  /** Whether the guard let the request through. What the route then says to a thing that is not there does not matter. */
  async function askedBy(role: Role, { method, path }: GuardedRoute, orgId: string) {
    const user = users.get(role);
    if (user === undefined) throw new Error(`There is no ${role}.`);
    const { status, headers } = await user.call(method, pathWith(path, orgId));
    const [refusal] = await service.database.query<{ error: string }>(
      "SELECT error FROM audit_events WHERE request_id = $1 AND action = 'access.refuse'",
      [headers.get('x-request-id')],
    );
    return refusal === undefined ? 'allowed' : `${status} ${refusal.error}`;
  }

  function expected(role: Role, { path, rule }: GuardedRoute, orgId: string): string {
    const { role: held, org } = PEOPLE[role];
    if (rule.platform.some((one) => one === held)) return 'allowed';
    if (path.includes(':orgId') && orgId !== org) return '404 not_found';
    const inOwnOrg = rule.roles.some((one) => one === held || (one === 'org_member' && org === 'ops'));
    return inOwnOrg ? 'allowed' : '403 insufficient_scope';
  }

  it('is what each route declares, for every role, in its own org and in another', async () => {
    expect(routes.length).toBeGreaterThan(4);
    for (const route of routes) {
      const table = await Promise.all(
        ROLES.flatMap((role) => {
          // Where anyone could really change something, there must be nothing to change.
          const orgs = route.path.includes(':orgId') ? [PEOPLE[role].org, 'beta', 'nowhere'] : ['nowhere'];
          const harmless = orgs.filter(
            (org) => expected(role, route, org) !== 'allowed' || !isOrgItself(route) || org === 'nowhere',
          );
          return harmless.map(async (org) => [
            `${role} in ${org}`,
            await askedBy(role, route, org),
            expected(role, route, org),
          ]);
        }),
      );
      const name = `${route.method} ${route.path}`;
      expect({ name, rows: table.map(([who, got]) => [who, got]) }).toEqual({
        name,
        rows: table.map(([who, , wanted]) => [who, wanted]),
      });
    }
  }, 120_000);

  it('is nobody without a token', async () => {
    for (const route of routes) {
      const answer = await send(service.url + pathWith(route.path, 'acme'), { method: route.method });
      expect({ path: route.path, status: answer.status }).toEqual({ path: route.path, status: 401 });
    }
  });
});

/** Routes that change or delete the org of the path. */
function isOrgItself({ method, path }: GuardedRoute): boolean {
  return path.endsWith('/:orgId') && method !== 'GET';
}

function pathWith(path: string, orgId: string): string {
  return path.replace(':orgId', orgId).replace(/:[A-Za-z]+/g, 'nothing');
}
