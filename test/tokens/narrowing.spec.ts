import fc from 'fast-check';
import { decodeJwt, type JWTPayload } from 'jose';
import { type Answer, basic, post, send } from '../harness/http';
import { type Service, startService } from '../harness/service';

const CSP = '/csp/gateway/am/api/auth/token';
const JSON_PATH = '/csp/gateway/am/api/auth/authorize';
const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token';
const TTL = 500;
const WORLD = `
orgs: [{ id: acme, name: ACME }]
domains: [{ name: acme.example, org: acme }]
serviceDefinitions:
  - id: tmc
    roles:
      - { name: admin, permissions: [{ permissionId: manage, resources: ['*'] }, { permissionId: read, resources: [one, two] }] }
      - { name: viewer, permissions: [{ permissionId: read, resources: ['*'] }] }
      - { name: auditor, permissions: [{ permissionId: audit, resources: ['*'] }] }
users:
  - id: ada
    domain: acme.example
    username: ada
    password: ada-password
    defaultOrg: acme
    memberships:
      - org: acme
        roles: [org_member, org_admin]
        serviceRoles:
          - { serviceDefinitionId: tmc, role: admin, resources: [one, three] }
          - { serviceDefinitionId: tmc, role: auditor }
clients:
  - id: app
    org: acme
    secret: app-secret
    accessTokenTTL: ${TTL}
    grantTypes: [password, client_credentials, refresh_token, '${EXCHANGE}']
    allowedScopes:
      generalScopes: [openid, profile]
      organizationScopes: { roles: [{ name: org_member }, { name: org_owner }] }
      servicesScopes: [{ serviceDefinitionId: tmc, roles: [{ name: admin }, { name: viewer, resources: [one] }] }]
  - id: edge
    org: acme
    secret: edge-secret
    grantTypes: [password]
    allowedScopes:
      servicesScopes: [{ serviceDefinitionId: tmc, roles: [{ name: admin, resources: [one] }] }]
`;
const CLIENT_HAS = [
  'openid',
  'profile',
  'csp:org_member',
  'csp:org_owner',
  'external/tmc/admin',
  'external/tmc/viewer',
];
/** General scopes are the client's alone; of permissions the user must have each. */
const ADA_HAS = ['openid', 'profile', 'csp:org_member', 'external/tmc/admin'];

describe('what a token may', () => {
  let service: Service;

  beforeAll(async () => {
    service = await startService({ world: WORLD });
  });
  afterAll(() => service?.stop());

  const headers = basic('app', 'app-secret');
  const login = { grant_type: 'password', domain: 'acme.example', username: 'ada', password: 'ada-password' };
  const ask = (form: Record<string, string>, path = '/oauth2/token') => post(service.url + path, { form, headers });
  const claimsOf = (answer: Answer): JWTPayload => decodeJwt(String(answer.json.access_token));
  const scopesOf = (text: unknown) => String(text).split(' ').filter(Boolean);

  const scope = fc.option(
    fc
      .array(fc.constantFrom(...CLIENT_HAS, 'csp:org_admin', 'external/tmc/auditor', 'root', 'OPENID'), {
        maxLength: 4,
      })
      .map((some) => some.join(' ')),
    { nil: undefined },
  );
  const seconds = fc.option(
    fc.oneof(
      fc.integer({ min: -5, max: TTL + 5 }).map(String),
      fc.integer().map(String),
      fc.constantFrom('', 'NaN', '1e2', '0x10', ' 7', '7 ', '+7', '7.5', '٧', '007', 'Infinity', '99999999999', '-0'),
      fc.string({ maxLength: 8 }).filter((text) => !text.includes('\0')),
    ),
    { nil: undefined },
  );

  interface Asked {
    readonly scope: string | undefined;
    readonly accessTokenValiditySeconds: string | undefined;
  }
  const asked: fc.Arbitrary<Asked> = fc.record({ scope, accessTokenValiditySeconds: seconds });

  function formOf(request: Asked): Record<string, string> {
    return Object.fromEntries(
      Object.entries(request).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
    );
  }

  /** Says whether there was a token at all. */
  function expectNarrow(answer: Answer, request: Asked, subjectHas: readonly string[], latest = Infinity): boolean {
    const wanted = request.scope === undefined || request.scope === '' ? undefined : scopesOf(request.scope);
    if (wanted?.some((name) => !CLIENT_HAS.includes(name)) === true) {
      expect({ status: answer.status, json: answer.json }).toMatchObject({
        status: 400,
        json: { error: 'invalid_scope' },
      });
      return false;
    }
    expect({ request, status: answer.status }).toEqual({ request, status: 200 });
    const { exp = 0, iat = 0, scope: given } = claimsOf(answer);
    expect(answer.json.scope).toBe(given);
    expect(new Set(scopesOf(given))).toEqual(new Set(subjectHas.filter((name) => wanted?.includes(name) ?? true)));
    expect(exp - iat).toBe(answer.json.expires_in);
    expect(exp).toBeLessThanOrEqual(latest);
    const text = request.accessTokenValiditySeconds ?? '';
    const lower = /^[0-9]{1,10}$/.test(text) && Number(text) > 0 && Number(text) < TTL ? Number(text) : TTL;
    expect(answer.json.expires_in).toBe(Math.min(lower, latest - iat));
    return true;
  }

  it('is what a client has and asks for, with client_credentials', async () => {
    await fc.assert(
      fc.asyncProperty(asked, async (request) => {
        const answer = await ask({ grant_type: 'client_credentials', ...formOf(request) });
        expectNarrow(answer, request, CLIENT_HAS);
      }),
      { numRuns: 60 },
    );
  });

  it('is what client and user have and the client asks for, at a login and at each exchange after it', async () => {
    let exchanged = 0;
    await fc.assert(
      fc.asyncProperty(asked, fc.array(asked, { minLength: 1, maxLength: 2 }), async (first, later) => {
        let answer = await ask({ ...login, ...formOf(first) });
        let has: readonly string[] = ADA_HAS;
        if (!expectNarrow(answer, first, has)) return;
        for (const request of later) {
          const { exp, scope: given } = claimsOf(answer);
          const token = { subject_token: String(answer.json.access_token), subject_token_type: ACCESS_TOKEN };
          has = scopesOf(given);
          answer = await ask({ grant_type: EXCHANGE, ...token, ...formOf(request) });
          if (!expectNarrow(answer, request, has, exp)) return;
          exchanged++;
        }
      }),
      { numRuns: 60 },
    );
    expect(exchanged).toBeGreaterThan(10); // the property is not about refusals only
  }, 60_000);

  describe.each(['allowed_resource_scope', 'servicesPermissionsScopesDto'])('on resources, by %s', (name) => {
    const dto = (permissions: unknown) => ({ servicesScopes: [{ serviceDefinitionId: 'tmc', permissions }] });
    const narrowed = (value: string, more: Record<string, string> = {}) =>
      ask({ ...login, ...more, [name]: value }, CSP);
    const refused = (answer: Answer, errorCode: string) =>
      expect({ status: answer.status, json: answer.json }).toMatchObject({ status: 400, json: { errorCode } });

    it('is what was asked for, with the general scopes, and for this token only', async () => {
      const permissions = [{ permissionId: 'manage', resources: ['one'] }, { permissionId: 'read' }];
      const answer = await narrowed(JSON.stringify(dto(permissions)));
      const read = { permissionId: 'read', resources: ['one'] }; // three is beyond the role, two beyond Ada
      expect(claimsOf(answer)).toMatchObject({
        scope: 'openid profile',
        perms: ['external/tmc/manage', 'external/tmc/read'],
        servicesScopes: dto([permissions[0], read]).servicesScopes,
      });
      const { refresh_token: refreshToken } = answer.json;
      const again = await ask({ grant_type: 'refresh_token', refresh_token: String(refreshToken) }, CSP);
      expect(claimsOf(again)).toMatchObject({ scope: ADA_HAS.join(' '), perms: ADA_HAS.slice(2) });
      expect(claimsOf(again)).not.toHaveProperty('servicesScopes');
    });

    it('can be taken from a JSON body, too', async () => {
      const body = { ...login, [name]: JSON.stringify(dto([{ permissionId: 'manage', resources: ['three'] }])) };
      const answer = await send(service.url + JSON_PATH, {
        method: 'POST',
        headers: { ...headers, 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
      });
      expect(claimsOf(answer).perms).toEqual(['external/tmc/manage']);
    });

    it.each<[string, unknown]>([
      ['a resource that the user lacks', [{ permissionId: 'manage', resources: ['two'] }]],
      ['all resources', [{ permissionId: 'manage', resources: ['*'] }]],
      ['a resource beyond the role', [{ permissionId: 'read', resources: ['three'] }]],
      ['a permission of a role that the client lacks', [{ permissionId: 'audit' }]],
      ['an unknown permission', [{ permissionId: 'manage', resources: ['one'] }, { permissionId: 'drop' }]],
    ])('refuses %s', async (_, permissions) => {
      refused(await narrowed(JSON.stringify(dto(permissions))), 'invalid_scope');
    });

    it('refuses what the scope parameter left out', async () => {
      const permissions = JSON.stringify(dto([{ permissionId: 'manage', resources: ['one'] }]));
      refused(await narrowed(permissions, { scope: 'openid' }), 'invalid_scope');
    });

    it.each<[string, string]>([
      ['no JSON', '{'],
      ['no object', '[1]'],
      ['nothing of its shape', '{}'],
      ['too many services', JSON.stringify({ servicesScopes: Array(101).fill(dto([]).servicesScopes[0]) })],
      ['8,000 levels', '['.repeat(8_000) + ']'.repeat(8_000)],
      ['a shape with __proto__', '{"__proto__":{"servicesScopes":[]}}'],
    ])('refuses %s', async (_, value) => refused(await narrowed(value), 'invalid_request'));

    it('refuses a text longer than the parameter may be', async () => {
      refused(await narrowed(JSON.stringify(dto([])) + ' '.repeat(40_000)), 'invalid_request');
    });

    it('refuses what makes the body too large', async () => {
      expect((await narrowed(JSON.stringify(dto([])) + ' '.repeat(70_000))).status).toBe(413);
    });

    it('refuses both names at once', async () => {
      const value = JSON.stringify(dto([{ permissionId: 'manage', resources: ['one'] }]));
      const both = { allowed_resource_scope: value, servicesPermissionsScopesDto: value };
      refused(await ask({ ...login, ...both }, CSP), 'invalid_request');
    });

    it('never reaches resources that the client does not', async () => {
      const form = { ...login, [name]: JSON.stringify(dto([{ permissionId: 'manage', resources: ['three'] }])) };
      const answer = await post(service.url + CSP, { form, headers: basic('edge', 'edge-secret') });
      refused(answer, 'invalid_scope');
    });
  });

  it('can be narrowed by an object in a JSON body, which is refused when it is deep', async () => {
    const authorize = (dto: string) =>
      send(service.url + JSON_PATH, {
        method: 'POST',
        headers: { ...headers, 'Content-Type': 'application/json' },
        body: `${JSON.stringify({ ...login, accessTokenValiditySeconds: 7 }).slice(0, -1)},"servicesPermissionsScopesDto":${dto}}`,
      });
    const answer = await authorize(
      '{"servicesScopes":[{"serviceDefinitionId":"tmc","permissions":[{"permissionId":"manage","resources":["one"]}]}]}',
    );
    expect(answer.json.expires_in).toBe(7);
    expect(claimsOf(answer).perms).toEqual(['external/tmc/manage']);
    expect((await authorize(`{"servicesScopes":${'['.repeat(20_000)}${']'.repeat(20_000)}}`)).status).toBe(400);
    expect((await authorize('[]')).status).toBe(400);
  });
});
