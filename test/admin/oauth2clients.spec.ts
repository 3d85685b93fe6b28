import { ADMIN_WORLD, ApiUser } from '../harness/admin-world';
import { get } from '../harness/http';
import { eventsOf } from '../harness/people';
import { type Service, startService } from '../harness/service';
import { askForToken } from '../harness/tokens';

const CLIENTS = '/SAAS/jersey/manager/api/oauth2clients';
const APPS = '/csp/gateway/am/api/orgs/acme/oauth-apps';
const VENDOR_JSON = { 'Content-Type': 'application/vnd.vmware.horizon.manager.oauth2client+json' };

/** As programs send it that were written for the Identity Manager. */
const SENT = {
  clientId: 'portal',
  rememberAs: 'The portal',
  secret: 'sixteen letters!',
  redirectUri: 'https://portal.example/a, https://portal.example/b?x=1,2',
  scope: 'email profile user openid',
  authGrantTypes: 'authorization_code refresh_token client_credentials',
  tokenType: 'Bearer',
  tokenLength: 32,
  accessTokenTTL: 180,
  refreshTokenTTL: 129_600,
  refreshTokenIdleTTL: 5_760,
  displayUserGrant: false,
  internalSystemClient: false,
  activationToken: null,
  strData: null,
  inheritanceAllowed: false,
  returnFailureResponse: false,
};

describe("clients as the Identity Manager's", () => {
  let service: Service;
  let owner: ApiUser;

  beforeAll(async () => {
    service = await startService({ world: ADMIN_WORLD });
    owner = new ApiUser(service, 'owner');
  });
  afterAll(() => service?.stop());

  it('are registered with what its clients send, and are the same clients', async () => {
    const answer = await owner.call('POST', CLIENTS, { body: SENT, headers: VENDOR_JSON });
    expect(answer).toMatchObject({
      status: 201,
      json: { clientId: 'portal', secret: SENT.secret, accessTokenTTL: 180 },
    });
    expect(await eventsOf(service.database, answer)).toMatchObject([{ action: 'client.create', client_id: 'portal' }]);
    expect((await owner.get(`${APPS}/portal`)).json).toMatchObject({
      displayName: 'The portal',
      orgId: 'acme',
      redirectUris: ['https://portal.example/a', 'https://portal.example/b?x=1,2'],
      grantTypes: ['authorization_code', 'refresh_token', 'client_credentials'],
      allowedScopes: { generalScopes: ['email', 'profile', 'user', 'openid'] },
      accessTokenTTL: 10_800,
      refreshTokenTTL: 7_776_000,
    });
    const token = await askForToken(service.url, 'portal', SENT.secret, 'identity-manager');
    expect(token).toMatchObject({ status: 200, json: { expires_in: 10_800 } });
    const read = await owner.get(`${CLIENTS}/portal`);
    expect(read.json).toMatchObject({ scope: SENT.scope, authGrantTypes: SENT.authGrantTypes, tokenType: 'Bearer' });
    expect(read.json).not.toHaveProperty('secret');
  });

  it('are listed as items', async () => {
    const { json } = await owner.get(CLIENTS);
    expect(json).toMatchObject({ items: [{ clientId: 'portal' }], totalResults: 1, nextLink: null });
    expect(json.results).toEqual(json.items);
    expect((await new ApiUser(service, 'beta-owner').get(CLIENTS)).json).toMatchObject({ items: [], totalResults: 0 });
  });

  it('are replaced; what this shape cannot say stays', async () => {
    await owner.post(APPS, {
      id: 'odd',
      accessTokenTTL: 90,
      forcePkce: true,
      grantTypes: ['refresh_token'],
      allowedScopes: { generalScopes: ['openid'], organizationScopes: { allRoles: true } },
    });
    const before = (await owner.get(`${APPS}/odd`)).json;
    const read = await owner.get(`${CLIENTS}/odd`);
    expect(read.json).toMatchObject({ accessTokenTTL: 2 });
    const headers = { 'If-Match': read.headers.get('etag') ?? '' };
    const same = await owner.call('PUT', `${CLIENTS}/odd`, { body: read.json, headers });
    expect(same).toMatchObject({ status: 200, json: read.json });
    expect((await owner.get(`${APPS}/odd`)).json).toEqual(before);
    const body = { ...read.json, scope: 'openid email', accessTokenTTL: 3 };
    expect((await owner.call('PUT', `${CLIENTS}/odd`, { body, headers })).status).toBe(200);
    expect((await owner.get(`${APPS}/odd`)).json).toEqual({
      ...before,
      accessTokenTTL: 180,
      allowedScopes: { ...(before.allowedScopes as object), generalScopes: ['openid', 'email'] },
    });
    expect((await owner.call('PUT', `${CLIENTS}/odd`, { body, headers })).status).toBe(412);
  });

  it('get a new secret by being replaced with one', async () => {
    const body = { ...SENT, secret: 'another sixteen letters' };
    const answer = await owner.call('PUT', `${CLIENTS}/portal`, { body });
    expect(answer.status).toBe(200);
    expect(answer.text).not.toContain(body.secret);
    expect((await askForToken(service.url, 'portal', SENT.secret)).status).toBe(401);
    expect((await askForToken(service.url, 'portal', body.secret)).status).toBe(200);
  });

  it('obey the same rules, by the names of this system', async () => {
    const answer = await owner.post(CLIENTS, {
      clientId: 'a b',
      redirectUri: 'javascript:alert(1)',
      scope: 'a"b',
      accessTokenTTL: 10,
      refreshTokenTTL: 10,
    });
    expect(answer).toMatchObject({ status: 400, json: { error: 'invalid_request' } });
    expect(answer.json.error_description).toMatch(/clientId: .*redirectUri\.0: .*scope\.generalScopes\.0: /);
    expect((await owner.post(CLIENTS, { clientId: 'x', accessTokenTTL: 0, tokenType: 'MAC' })).status).toBe(400);
    expect((await owner.post(CLIENTS, { ...SENT, clientId: 'u-owner' })).json).toMatchObject({
      error: 'invalid_request',
    });
    const password = { clientId: 'ldap', authGrantTypes: 'password' };
    expect(await owner.post(CLIENTS, password)).toMatchObject({ status: 403, json: { error: 'insufficient_scope' } });
    const other = await owner.call('PUT', `${CLIENTS}/portal`, { body: { ...SENT, clientId: 'other' } });
    expect(other).toMatchObject({ status: 400, json: { error_description: 'clientId: cannot be changed.' } });
  });

  it('are for those who may, and of the org of the token', async () => {
    expect(await get(service.url + CLIENTS)).toMatchObject({ status: 401, json: { error: 'invalid_token' } });
    expect((await new ApiUser(service, 'member').get(CLIENTS)).status).toBe(403);
    expect((await new ApiUser(service, 'auditor').post(CLIENTS, SENT)).status).toBe(403);
    const betaOwner = new ApiUser(service, 'beta-owner');
    for (const id of ['portal', 'nobody']) {
      expect((await betaOwner.get(`${CLIENTS}/${id}`)).status).toBe(404);
      expect((await betaOwner.delete(`${CLIENTS}/${id}`)).status).toBe(404);
      expect((await betaOwner.call('PUT', `${CLIENTS}/${id}`, { body: { ...SENT, clientId: id } })).status).toBe(404);
    }
  });

  it('are deleted', async () => {
    expect(await owner.delete(`${CLIENTS}/odd`)).toMatchObject({ status: 202, json: { status: 'deleting' } });
    expect((await askForToken(service.url, 'odd', 'whatever')).status).toBe(401);
  });
});
