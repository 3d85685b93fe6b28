import { ask } from './people';
import type { Answer } from './http';
import { send } from './http';
import type { Service } from './service';

/** Who is who in acme and beta, and on the platform. `console` is the client with which they all log in. */
export const ADMIN_WORLD = `
orgs:
  - { id: acme, name: ACME, displayName: Acme Corporation }
  - { id: beta, name: BETA, displayName: Beta Limited }
  - { id: ops, name: OPS }
domains:
  - { name: acme.example, org: acme }
  - { name: beta.example, org: beta }
  - { name: ops.example, org: ops }
serviceDefinitions:
  - { id: tmc, roles: [{ name: "tmc:admin", permissions: [{ permissionId: cluster.manage }] }] }
users:
${[
  person('owner', 'acme', ['org_owner']),
  person('admin', 'acme', ['org_admin']),
  person('developer', 'acme', ['developer']),
  person('member', 'acme', ['org_member']),
  person('beta-owner', 'beta', ['org_owner']),
  person('operator', 'ops', ['org_member'], ['csp:platform_operator']),
  person('auditor', 'ops', ['org_member'], ['csp:platform_auditor']),
].join('\n')}
clients:
  - id: console
    org: ops
    secret: console-secret
    grantTypes: [password, refresh_token, client_credentials]
    allowedScopes:
      generalScopes: [openid]
      organizationScopes:
        allRoles: true
        roles: [{ name: platform_operator }, { name: platform_auditor }, { name: platform_impersonator }]
`;

export type Role = 'owner' | 'admin' | 'developer' | 'member' | 'beta-owner' | 'operator' | 'auditor';

/** JSON is YAML, too. */
function person(username: string, org: string, roles: string[], platformPermissions: string[] = []): string {
  const user = {
    id: `u-${username}`,
    domain: `${org}.example`,
    username,
    email: `${username}@${org}.example`,
    password: `${username}-password`,
    defaultOrg: org,
    platformPermissions,
    memberships: [{ org, roles }],
  };
  return `  - ${JSON.stringify(user)}`;
}

/** An access token of that person, for its default org. */
export async function tokenOf(service: Service, username: Role): Promise<string> {
  const form = { grant_type: 'password', username, password: `${username}-password` };
  const answer = await ask(service.url, form, { client: 'console' });
  expect(answer.status).toBe(200);
  return String(answer.json.access_token);
}

interface Call {
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

/** Requests as one person, with a token that is got at the first of them. */
export class ApiUser {
  private token: Promise<string> | undefined;

  constructor(
    private readonly service: Service,
    private readonly role: Role,
  ) {}

  async call(method: string, path: string, { body, headers = {} }: Call = {}): Promise<Answer> {
    this.token ??= tokenOf(this.service, this.role);
    return send(this.service.url + path, {
      method,
      headers: {
        Authorization: `Bearer ${await this.token}`,
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }

  get(path: string): Promise<Answer> {
    return this.call('GET', path);
  }

  post(path: string, body: unknown): Promise<Answer> {
    return this.call('POST', path, { body });
  }

  patch(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    return this.call('PATCH', path, { body, headers });
  }

  delete(path: string, headers: Record<string, string> = {}): Promise<Answer> {
    return this.call('DELETE', path, { headers });
  }
}
