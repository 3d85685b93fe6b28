import { readWorld, SeedFileError } from '../../src/seed/read-world';
import type { SeedReport } from '../../src/seed/seed-report';
import { WorldSeeder } from '../../src/seed/world-seeder';
import { basic, post } from '../harness/http';
import { type Service, startService } from '../harness/service';

const API_TOKEN = 'api-token-of-ada-0123456789';
const WORLD = `
orgs: [{ id: acme, name: ACME, displayName: Acme }, { id: Beta, name: BETA }, { id: a.c, name: AC }]
domains: [{ name: acme.example, displayName: Acme, org: acme }]
serviceDefinitions:
  - id: tmc
    name: Mission control
    roles: [{ name: 'tmc:admin', permissions: [{ permissionId: manage, resources: ['*'] }, { permissionId: read }] }]
groups: [{ id: engineers, name: Engineers, org: acme }, { id: On-call, name: On call, org: acme }]
users:
  - id: ada
    domain: acme.example
    username: Ada
    email: Ada@acme.example
    password: ada-password
    givenName: Ada
    familyName: Lovelace
    defaultOrg: acme
    groups: [engineers, On-call]
    platformPermissions: [csp:platform_auditor]
    memberships:
      - { org: Beta, roles: [org_admin, developer], serviceRoles: [{ serviceDefinitionId: tmc, role: 'tmc:admin', resources: [one] }] }
      - { org: a.c, roles: [org_member] }
  - { id: bob, domain: acme.example, username: bob, defaultOrg: Beta, disabled: true }
clients:
  - { id: app, org: acme, secret: app-secret, grantTypes: [password], allowedScopes: { organizationScopes: { allRoles: true } } }
trustedIssuers:
  - { issuer: 'https://keys.example', org: acme, jwks: { keys: [{ kty: EC, crv: P-256, kid: one, x: eA, y: eQ }] } }
  - { issuer: 'https://uri.example', org: acme, jwksUri: 'https://uri.example/jwks', subjectClaim: email }
apiTokens:
  - { user: 'acme.example\\Ada', org: Beta, name: cli, token: ${API_TOKEN}, scopes: [csp:org_admin], expiresAt: '2099-01-02T03:04:05+02:00' }
`;

describe('people in a seed file', () => {
  let service: Service;
  let first: SeedReport;

  beforeAll(async () => {
    service = await startService();
    first = await apply(WORLD);
  });
  afterEach(() => apply(WORLD, true)); // what a test changed
  afterAll(() => service?.stop());

  async function apply(text: string, update = false): Promise<SeedReport> {
    return service.app.get(WorldSeeder).apply(readWorld(text, 'world'), 'world', { update });
  }
  const login = (password = 'ada-password', username = 'ada') =>
    post(`${service.url}/oauth2/token`, {
      form: { grant_type: 'password', domain: 'acme.example', username, password },
      headers: basic('app', 'app-secret'),
    });
  const roles = (user: string) =>
    service.database.query(`SELECT org_id, roles FROM memberships WHERE user_id = $1 ORDER BY org_id COLLATE "C"`, [
      user,
    ]);

  /** Each replacement changes the world in one place. */
  function changed(...replacements: (readonly [string, string])[]): string {
    return replacements.reduce((world, [from, to]) => {
      expect(world).toContain(from);
      return world.replace(from, to);
    }, WORLD);
  }

  it('are made with all that they have, once, and recorded', async () => {
    expect(first.created).toEqual([
      ...['org acme', 'org Beta', 'org a.c', 'domain acme.example', 'service definition tmc', 'group engineers'],
      ...['group On-call', 'user ada', 'user bob', 'client app'],
      ...['trusted issuer https://keys.example', 'trusted issuer https://uri.example', 'api token cli'],
    ]);
    for (const update of [false, true]) {
      expect(await apply(WORLD, update)).toMatchObject({ created: [], changed: [], different: [] });
    }
    const events = await service.database.query<{ action: string }>(
      `SELECT action FROM audit_events WHERE reason = 'seed world' ORDER BY id`,
    );
    expect(events.map(({ action }) => action)).toEqual([
      ...['org.create', 'org.create', 'org.create', 'domain.create', 'service_definition.create', 'group.create'],
      ...['group.create', 'user.create', 'user.create', 'client.create'],
      ...['trusted_issuer.create', 'trusted_issuer.create', 'api_token.create'],
    ]);
  });

  it('do not differ because the database sorts otherwise', async () => {
    const sortBy = async (collation: string) => {
      await service.database.query(`ALTER TABLE memberships ALTER org_id TYPE text COLLATE "${collation}"`);
      await service.database.query(`ALTER TABLE group_members ALTER group_id TYPE text COLLATE "${collation}"`);
    };
    await sortBy('en-x-icu'); // as most databases do
    const report = await apply(WORLD);
    await sortBy('default');
    expect(report).toMatchObject({ different: [] });
  });

  it('are members of their default org, whether or not the memberships say so', async () => {
    expect(await roles('ada')).toEqual([
      { org_id: 'Beta', roles: ['org_admin', 'developer'] },
      { org_id: 'a.c', roles: ['org_member'] },
      { org_id: 'acme', roles: ['org_member'] },
    ]);
    expect(await roles('bob')).toEqual([{ org_id: 'Beta', roles: ['org_member'] }]);
    await apply(changed(['defaultOrg: Beta, disabled: true', 'defaultOrg: a.c']), true);
    expect(await roles('bob')).toEqual([{ org_id: 'a.c', roles: ['org_member'] }]);
    await apply(changed(['org: a.c, roles: [org_member]', 'org: acme, roles: [org_owner]']), true);
    expect(await roles('ada')).toEqual([
      { org_id: 'Beta', roles: ['org_admin', 'developer'] },
      { org_id: 'acme', roles: ['org_owner'] },
    ]);
  });

  it('can log in and use their API tokens at once, unless disabled', async () => {
    expect(await login()).toMatchObject({ status: 200, json: { scope: 'csp:org_member' } });
    expect((await login('', 'bob')).status).toBe(400);
    const answer = await post(`${service.url}/csp/gateway/am/api/auth/api-tokens/authorize`, {
      form: { api_token: API_TOKEN },
    });
    expect(answer).toMatchObject({ status: 200, json: { scope: 'csp:org_admin', refresh_token: API_TOKEN } });
  });

  it('have nothing back of what they had in an org that they were taken out of for a while', async () => {
    const headers = basic('app', 'app-secret');
    const form = { grant_type: 'password', domain: 'acme.example', username: 'ada', password: 'ada-password' };
    const logInThere = async () =>
      String(
        (await post(`${service.url}/oauth2/token`, { form: { ...form, orgId: 'a.c' }, headers })).json.access_token,
      );
    const isActive = async (token: string) =>
      (await post(`${service.url}/oauth2/introspect`, { form: { token }, headers })).json.active;
    const token = await logInThere();
    expect(await isActive(token)).toBe(true);
    await apply(changed(['      - { org: a.c, roles: [org_member] }\n', '']), true);
    await apply(WORLD, true);
    expect(await isActive(token)).toBe(false);
    expect(await isActive(await logInThere())).toBe(true);
  });

  it.each<[string, string, readonly [string, string]]>([
    ['a password', 'user ada: password', ['ada-password', 'new-password']],
    ['a name', 'user ada: givenName', ['givenName: Ada', 'givenName: Augusta']],
    ['an address', 'user ada: email, emailKey', ['Ada@acme.example', 'countess@acme.example']],
    ['a role', 'user ada: memberships', ['[org_admin, developer]', '[org_owner]']],
    ['resources of a role', 'user ada: memberships', ['resources: [one]', 'resources: [two]']],
    ['a group', 'user ada: groups', ['[engineers, On-call]', '[engineers]']],
    ['platform permissions', 'user ada: platformPermissions', ['[csp:platform_auditor]', '[]']],
    ['who is disabled', 'user bob: disabled', ['disabled: true', 'disabled: false']],
    ['an org', 'org acme: displayName', ['name: ACME, displayName: Acme', 'name: ACME, displayName: Acme Inc']],
    ['a domain', 'domain acme.example: displayName', ['acme.example, displayName: Acme', 'acme.example']],
    ['a service', 'service definition tmc: roles', ["resources: ['*']", "resources: ['one']"]],
    ['the name of a group', 'group engineers: name', ['name: Engineers', 'name: Makers']],
    ['a key', 'trusted issuer https://keys.example: jwks', ['kid: one', 'kid: two']],
    ['where keys are', 'trusted issuer https://uri.example: jwksUri', ['/jwks', '/keys']],
    ['when an API token ends', 'api token cli: expiresAt', ['+02:00', '+03:00']],
    ['what an API token may', 'api token cli: scopes', ['scopes: [csp:org_admin]', 'scopes: []']],
  ])('report %s that differs, and change it only when asked to', async (_, line, replacement) => {
    const other = changed(replacement);
    for (let times = 0; times < 2; times++) {
      expect(await apply(other)).toMatchObject({ created: [], changed: [], different: [line] });
    }
    expect(await apply(WORLD)).toMatchObject({ different: [] });
    expect(await apply(other, true)).toMatchObject({ created: [], changed: [line], different: [] });
    expect(await apply(other)).toMatchObject({ created: [], changed: [], different: [] });
  });

  it('log in with the new password once it is changed, and leave it alone where the file has none', async () => {
    await apply(changed(['password: ada-password', 'password: new-password']), true);
    expect([(await login()).status, (await login('new-password')).status]).toEqual([400, 200]);
    await apply(changed(['    password: ada-password\n', '']), true);
    expect((await login('new-password')).status).toBe(200);
  });

  it.each<[string, string, string]>([
    ['an org of a domain', 'domains: [{ name: d.example, org: nowhere }]', 'domain d.example: there is no org nowhere'],
    ['an org of a group', 'groups: [{ id: g, name: G, org: nowhere }]', 'group g: there is no org nowhere'],
    ['a domain', user('domain: none.example'), 'user eve: there is no domain none.example'],
    ['a default org', user('defaultOrg: nowhere'), 'user eve: there is no org nowhere'],
    ['an org of a membership', user('memberships: [{ org: nowhere }]'), 'user eve: there is no org nowhere'],
    ['a group', user('groups: [nobodies]'), 'user eve: there is no group nobodies'],
    ['an org of an issuer', issuer('nowhere'), 'trusted issuer i: there is no org nowhere'],
    ['an org of an API token', token('acme.example\\Ada', 'nowhere'), 'API token t: there is no org nowhere'],
    ['a user of an API token', token('acme.example\\eve', 'acme'), 'API token t: there is no user acme.example\\eve'],
    [
      'a role of a service',
      member('{ serviceDefinitionId: tmc, role: nosuch }'),
      'user eve: there is no role nosuch of tmc',
    ],
    ['a grant', client('grantTypes: [nope]'), 'client c: there is no grant nope'],
    ['a user of an API token by half a name', token('acme.example\\Ada\\x', 'acme'), 'API token t: there is no user'],
  ])('are refused with %s that nobody knows, and nothing is made', async (_, world, fault) => {
    const applied = apply(`${world}\norgs: [{ id: new, name: New }]`);
    await expect(applied).rejects.toThrow(fault);
    await expect(applied).rejects.toBeInstanceOf(SeedFileError);
    expect(await service.database.query(`SELECT 1 FROM orgs WHERE id = 'new'`)).toEqual([]);
  });

  it.each<[string, string]>([
    ['two memberships in one org', user('memberships: [{ org: acme }, { org: acme, roles: [org_owner] }]')],
    ['the user name of another', user('username: ADA')],
    ['the id of a client of the database', user('id: app')],
  ])('are refused with %s, as a fault of the file', async (_, world) => {
    await expect(apply(world)).rejects.toBeInstanceOf(SeedFileError);
  });

  it('keep what they and the clients have already, though nobody knows it any more', async () => {
    const retired = '{ serviceDefinitionId: tmc, role: retired }';
    await service.database.query(
      `UPDATE memberships SET service_roles = '[{"serviceDefinitionId":"tmc","role":"retired"}]' WHERE org_id = 'a.c'`,
    );
    await service.database.query(`UPDATE clients SET grant_types = '{password,gone}'`);
    const world = changed(
      ['org: a.c, roles: [org_member]', `org: a.c, roles: [org_member], serviceRoles: [${retired}]`],
      ['grantTypes: [password]', 'grantTypes: [password, gone]'],
    );
    expect(await apply(world)).toMatchObject({ different: [] });
  });

  it('tell all faults at once', async () => {
    await expect(apply(user('domain: none.example, defaultOrg: nowhere, groups: [nobodies]'))).rejects.toMatchObject({
      faults: [
        'user eve: there is no domain none.example',
        'user eve: there is no org nowhere',
        'user eve: there is no group nobodies',
      ],
    });
  });

  it.each(['a:b', ':', ':ada'])('take no domain %j, which would make a user look like another or a client', (name) => {
    expect(() => readWorld(`domains: [{ name: '${name}', org: acme }]`, 'world')).toThrow(SeedFileError);
  });
});

/** A world with one more user, who is of acme unless told. */
function user(told: string): string {
  const missing = ['id: eve', 'domain: acme.example', 'username: eve', 'defaultOrg: acme'].filter(
    (member) => !told.includes(`${member.split(':')[0]}:`),
  );
  return `users: [{ ${[...missing, told].join(', ')} }]`;
}

function member(serviceRole: string): string {
  return user(`memberships: [{ org: acme, serviceRoles: [${serviceRole}] }]`);
}

function client(told: string): string {
  return `clients: [{ id: c, org: acme, secret: s, ${told} }]`;
}

function issuer(org: string): string {
  return `trustedIssuers: [{ issuer: i, org: ${org}, jwksUri: 'https://i.example' }]`;
}

function token(owner: string, org: string): string {
  return `apiTokens: [{ user: '${owner}', org: ${org}, name: t, token: token-of-nobody-0123 }]`;
}
