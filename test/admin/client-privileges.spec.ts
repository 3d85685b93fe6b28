import { ADMIN_WORLD, ApiUser } from '../harness/admin-world';
import { type Service, startService } from '../harness/service';
import { SPY_GRANT, SpyModule } from '../harness/spy-grant';

const APPS = '/csp/gateway/am/api/orgs/acme/oauth-apps';
const carrying = (roles: string[]) => ({
  grantTypes: ['client_credentials'],
  allowedScopes: { organizationScopes: { roles: roles.map((name) => ({ name })) } },
});
const tmc = (more: object) => ({
  grantTypes: ['client_credentials'],
  allowedScopes: { servicesScopes: [{ serviceDefinitionId: 'tmc', ...more }] },
});

const FOR_OPERATORS = [
  ['impersonate_user', { grantTypes: ['impersonate_user'] }],
  ['client_delegate', { grantTypes: ['client_delegate'] }],
  ['password', { grantTypes: ['password'] }],
  ["a grant of a team's own", { grantTypes: [SPY_GRANT] }],
  ['a trusted proxy', { trustedProxy: true }],
  ["another org's tokens", { allowedOrgs: ['beta'] }],
  ['a role on the platform', { allowedScopes: { organizationScopes: { roles: ['platform_auditor'] } } }],
  ['a role on the platform, in full', { allowedScopes: { organizationScopes: { roles: ['csp:platform_operator'] } } }],
  ['a permission on the platform', { allowedScopes: { organizationScopes: { permissions: ['platform_operator'] } } }],
  ['a general scope that is one', { allowedScopes: { generalScopes: ['csp:platform_operator'] } }],
  ["everyone's tokens to introspect", { allowedScopes: { generalScopes: ['introspect'] } }],
] as const;

describe('what a client may be given', () => {
  let service: Service;
  let owner: ApiUser;
  let admin: ApiUser;
  let developer: ApiUser;
  let operator: ApiUser;

  beforeAll(async () => {
    service = await startService({ world: ADMIN_WORLD, extensions: [SpyModule] });
    owner = new ApiUser(service, 'owner');
    admin = new ApiUser(service, 'admin');
    developer = new ApiUser(service, 'developer');
    operator = new ApiUser(service, 'operator');
  });
  afterAll(() => service?.stop());

  it.each(FOR_OPERATORS)('%s takes a platform operator', async (name, settings) => {
    const id = name.replace(/\W/g, '_');
    const refused = await owner.post(APPS, { id, ...settings });
    expect(refused).toMatchObject({ status: 403, json: { errorCode: 'insufficient_scope' } });
    expect(refused.json.message).toContain('csp:platform_operator');
    expect((await owner.post(APPS, { id })).status).toBe(201);
    expect((await owner.patch(`${APPS}/${id}`, settings)).status).toBe(403);
    expect((await owner.call('PUT', `${APPS}/${id}`, { body: settings })).status).toBe(403);
    expect((await operator.patch(`${APPS}/${id}`, settings)).status).toBe(200);
    // What is on may stay, and may be switched off.
    expect((await owner.patch(`${APPS}/${id}`, { displayName: 'New' })).status).toBe(200);
    expect((await owner.call('PUT', `${APPS}/${id}`, { body: {} })).status).toBe(200);
    expect((await owner.patch(`${APPS}/${id}`, settings)).status).toBe(403);
  });

  it('where it may act for operators, another redirect URI takes one, too', async () => {
    const [one, other] = ['https://one.example/cb', 'https://other.example/cb'];
    const forOperators = { organizationScopes: { roles: [{ name: 'platform_operator' }] } };
    const shared = { grantTypes: ['authorization_code'], redirectUris: [one], allowedScopes: forOperators };
    expect((await operator.post(APPS, { id: 'operators-app', ...shared })).status).toBe(201);
    const path = `${APPS}/operators-app`;
    expect((await owner.patch(path, { redirectUris: [one, other] })).status).toBe(403);
    expect((await owner.patch(path, { displayName: 'New' })).status).toBe(200);
    expect((await owner.patch(path, { redirectUris: [] })).status).toBe(200);
    expect((await operator.patch(path, { redirectUris: [other] })).status).toBe(200);
  });

  it('its own org is no other', async () => {
    expect((await developer.post(APPS, { allowedOrgs: ['acme'] })).status).toBe(201);
  });

  it('any client may be named as an actor: its own org decides what it may', async () => {
    const answer = await developer.post(APPS, { allowedActorsClientDelegate: ['console'] });
    expect(answer.status).toBe(201);
  });

  it('by itself it may no more than whoever registers it', async () => {
    expect((await owner.post(APPS, carrying(['org_owner']))).status).toBe(201);
    expect((await admin.post(APPS, carrying(['org_owner']))).status).toBe(403);
    expect((await admin.post(APPS, carrying(['org_admin', 'org_member']))).status).toBe(201);
    expect((await developer.post(APPS, carrying(['org_admin']))).status).toBe(403);
    expect((await developer.post(APPS, carrying(['developer']))).status).toBe(201);
    const all = { ...carrying([]), allowedScopes: { organizationScopes: { allRoles: true } } };
    expect((await admin.post(APPS, all)).status).toBe(403);
    // For people who log in it is a cap, not a gift.
    expect((await developer.post(APPS, { ...all, grantTypes: ['authorization_code'] })).status).toBe(201);
    expect((await developer.post(APPS, tmc({ roles: ['tmc:admin'] }))).status).toBe(403);
    expect((await developer.post(APPS, tmc({ allRoles: true }))).status).toBe(403);
    expect((await admin.post(APPS, tmc({ roles: ['tmc:admin'], allRoles: true }))).status).toBe(201);
  });

  it('not in two steps, and not by its secret', async () => {
    const member = { ...carrying(['org_owner']), id: 'twostep', grantTypes: ['authorization_code'] };
    expect((await developer.post(APPS, member)).status).toBe(201);
    const on = { grantTypes: ['authorization_code', 'client_credentials'] };
    expect((await developer.patch(`${APPS}/twostep`, on)).status).toBe(403);
    expect((await owner.patch(`${APPS}/twostep`, on)).status).toBe(200);
    expect((await developer.patch(`${APPS}/twostep`, { displayName: 'Mine' })).status).toBe(200);
    for (const method of ['PUT', 'POST', 'DELETE']) {
      expect((await developer.call(method, `${APPS}/twostep/secret`)).status).toBe(403);
    }
    expect((await owner.call('PUT', `${APPS}/twostep/secret`)).status).toBe(200);
  });
});
