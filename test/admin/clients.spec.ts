import { DataSource } from 'typeorm';
import { PlatformSeeder } from '../../src/seed/platform-seeder';
import { ADMIN_WORLD, ApiUser } from '../harness/admin-world';
import { type Answer, get } from '../harness/http';
import { eventsOf } from '../harness/people';
import { type Service, startService } from '../harness/service';
import { askForToken } from '../harness/tokens';

const APPS = '/csp/gateway/am/api/orgs/acme/oauth-apps';

describe('OAuth clients', () => {
  let service: Service;
  let owner: ApiUser;
  let developer: ApiUser;
  let auditor: ApiUser;
  let operator: ApiUser;
  let betaOwner: ApiUser;

  beforeAll(async () => {
    service = await startService({ world: ADMIN_WORLD });
    owner = new ApiUser(service, 'owner');
    developer = new ApiUser(service, 'developer');
    auditor = new ApiUser(service, 'auditor');
    operator = new ApiUser(service, 'operator');
    betaOwner = new ApiUser(service, 'beta-owner');
  });
  afterAll(() => service?.stop());

  const created = async (client: object) => {
    const answer = await owner.post(APPS, client);
    expect(answer.status).toBe(201);
    return answer.json;
  };

  it('are registered with all that the contract names, and work at once', async () => {
    const client = {
      id: 'shop',
      displayName: 'Shop',
      description: 'Sells',
      grantTypes: ['authorization_code', 'client_credentials', 'refresh_token'],
      redirectUris: ['https://shop.example/callback'],
      postLogoutRedirectUris: ['https://shop.example/'],
      accessTokenTTL: 300,
      refreshTokenTTL: 3_600,
      allowedScopes: {
        generalScopes: ['openid'],
        organizationScopes: { roles: [{ name: 'org_member' }] },
        servicesScopes: [{ serviceDefinitionId: 'tmc', roles: [{ name: 'tmc:admin' }] }],
      },
      allowedActorsClientDelegate: ['gateway'],
      forcePkce: true,
      maxGroupsInIdToken: 5,
      refreshTokenPolicy: 'rotate',
      signingAlg: 'ES256',
    };
    const answer = await developer.post(APPS, { ...client, allowedScopes: { generalScopes: ['openid'] } });
    expect(answer).toMatchObject({
      status: 201,
      json: { orgId: 'acme', disabled: false, publicClient: false, trustedProxy: false, allowedOrgs: [] },
    });
    expect((await owner.patch(`${APPS}/shop`, { allowedScopes: client.allowedScopes })).json).toMatchObject(client);
    const { secret } = answer.json;
    expect(secret).toMatch(/^[\w-]{43}$/);
    expect((await askForToken(service.url, 'shop', String(secret))).status).toBe(200);
    const read = await auditor.get(`${APPS}/shop`);
    expect(read).toMatchObject({ status: 200, json: client });
    expect(read.text).not.toContain('secret');
    expect(await eventsOf(service.database, answer)).toMatchObject([{ action: 'client.create', client_id: 'shop' }]);
  });

  it('get an id and the defaults of the contract when nothing is said', async () => {
    const { id, ...rest } = await created({});
    expect(id).toMatch(/^[\w-]{36}$/);
    expect(rest).toMatchObject({ accessTokenTTL: 600, refreshTokenTTL: 7_776_000, refreshTokenPolicy: 'static' });
    expect(rest).not.toHaveProperty('maxGroupsInIdToken');
  });

  it('have no secret when they are public', async () => {
    const app = await created({ id: 'native', publicClient: true, grantTypes: ['authorization_code'] });
    expect(app).toMatchObject({ forcePkce: true, refreshTokenPolicy: 'rotate' });
    expect(app).not.toHaveProperty('secret');
  });

  it('have ids of their own', async () => {
    await created({ id: 'twin' });
    expect(await owner.post(APPS, { id: 'twin' })).toMatchObject({ status: 409, json: { statusCode: 409 } });
    expect((await owner.post(APPS, { id: 'console' })).status).toBe(409);
    expect((await owner.post(APPS, { id: 'u-member' })).status).toBe(409);
    const many = await Promise.all(Array.from({ length: 5 }, () => owner.post(APPS, { id: 'race' })));
    expect(many.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409]);
  });

  it('name every field that is wrong', async () => {
    const answer = await owner.post(APPS, {
      id: 'a b',
      secret: 'short',
      redirectUris: ['javascript:alert(1)'],
      accessTokenTTL: 0,
      colour: 'red',
    });
    expect(answer.status).toBe(400);
    expect(answer.json.message).toMatch(/id: .*secret: .*redirectUris\.0: .*accessTokenTTL: .*colour/s);
    const ttl = await owner.post(APPS, { accessTokenTTL: 600, refreshTokenTTL: 600 });
    expect(ttl.json.message).toMatch(/refreshTokenTTL: must be more/);
    const grant = await owner.post(APPS, { grantTypes: ['client_credentials', 'magic'] });
    expect(grant).toMatchObject({
      status: 400,
      json: { message: expect.stringMatching(/grantTypes.*magic/) as string },
    });
  });

  it('are changed by a merge patch over the state that was read', async () => {
    const made = await owner.post(APPS, { id: 'patched', description: 'old', maxGroupsInIdToken: 3 });
    const read = await owner.get(`${APPS}/patched`);
    expect(read.headers.get('etag')).toBe(made.headers.get('etag'));
    const ifMatch = { 'If-Match': read.headers.get('etag') ?? '' };
    const first = await owner.patch(`${APPS}/patched`, { displayName: 'New', maxGroupsInIdToken: null }, ifMatch);
    expect(first).toMatchObject({ status: 200, json: { displayName: 'New', description: 'old' } });
    expect(first.json).not.toHaveProperty('maxGroupsInIdToken');
    expect(await eventsOf(service.database, first)).toMatchObject([{ action: 'client.update', outcome: 'allowed' }]);
    expect((await owner.patch(`${APPS}/patched`, {}, ifMatch)).status).toBe(412);
    expect((await owner.delete(`${APPS}/patched`, ifMatch)).status).toBe(412);
    for (const fixed of [
      { id: 'other' },
      { orgId: 'beta' },
      { createdAt: '2000-01-01T00:00:00.000Z' },
      { secret: 's' },
    ]) {
      expect((await owner.patch(`${APPS}/patched`, fixed)).status).toBe(400);
    }
  });

  it('are replaced as they were read, or by what is named', async () => {
    await created({ id: 'replaced', displayName: 'Old', grantTypes: ['refresh_token'] });
    const { json } = await owner.get(`${APPS}/replaced`);
    expect((await owner.call('PUT', `${APPS}/replaced`, { body: json })).json).toEqual(json);
    const answer = await owner.call('PUT', `${APPS}/replaced`, { body: { displayName: 'New' } });
    expect(answer).toMatchObject({ status: 200, json: { displayName: 'New', grantTypes: [] } });
  });

  it('leave in the audit trail what was changed, and no secret', async () => {
    const { id } = await created({ id: 'told', grantTypes: ['refresh_token'], redirectUris: ['https://a.example/'] });
    const reasonOfChange = async (answer: Answer) => {
      expect(answer.status).toBe(200);
      return (await eventsOf(service.database, answer)).map(({ reason }) => reason);
    };
    const path = `${APPS}/${String(id)}`;
    expect(await reasonOfChange(await owner.patch(path, { disabled: true }))).toEqual(['changed: disabled = true']);
    const more = { grantTypes: ['refresh_token', 'impersonate_user'], redirectUris: ['https://evil.example/'] };
    expect(await reasonOfChange(await operator.patch(path, { ...more, description: 'words' }))).toEqual([
      'changed: grantTypes +impersonate_user, redirectUris +https://evil.example/ -https://a.example/, description',
    ]);
    const { json } = await owner.get(path);
    expect(await reasonOfChange(await owner.call('PUT', path, { body: json }))).toEqual(['changed: nothing']);
    const body = { ...json, disabled: false, allowedScopes: { generalScopes: ['openid'] } };
    expect(await reasonOfChange(await owner.call('PUT', path, { body }))).toEqual([
      'changed: disabled = false, allowedScopes +generalScopes=openid',
    ]);
    const asIdentityManager = { clientId: id, secret: 'a-secret-that-nobody-is-told', authGrantTypes: 'refresh_token' };
    const other = { ...asIdentityManager, scope: 'openid', redirectUri: 'https://evil.example/', accessTokenTTL: 5 };
    expect(
      await reasonOfChange(
        await owner.call('PUT', `/SAAS/jersey/manager/api/oauth2clients/${String(id)}`, { body: other }),
      ),
    ).toEqual([
      expect.stringMatching(/^changed: grantTypes -impersonate_user, accessTokenTTL = 300/),
      expect.stringMatching(/^secret \S+ replaces all$/),
    ]);
  });

  it('can be disabled when they are that of Swagger UI, which keeps what nobody can register', async () => {
    const path = '/csp/gateway/am/api/orgs/platform/oauth-apps/gatehouse-swagger-ui';
    await service.app.get(PlatformSeeder).createIfMissing(service.app.get(DataSource).manager);
    await service.app.get(PlatformSeeder).registerSwaggerUi(service.app.get(DataSource).manager);
    const { json } = await operator.get(path);
    for (const disabled of [true, false]) {
      expect(await operator.patch(path, { disabled })).toMatchObject({ status: 200, json: { ...json, disabled } });
    }
    expect(json).toMatchObject({ allowedScopes: { allServices: true } });
  });

  it('lose their secrets when they become public', async () => {
    const { secret } = await created({ id: 'opened', grantTypes: ['refresh_token'] });
    const answer = await owner.patch(`${APPS}/opened`, { publicClient: true, refreshTokenPolicy: null });
    expect(answer).toMatchObject({ status: 200, json: { refreshTokenPolicy: 'rotate', forcePkce: true } });
    const back = await owner.patch(`${APPS}/opened`, { publicClient: false, grantTypes: ['client_credentials'] });
    expect(back.status).toBe(200);
    expect((await askForToken(service.url, 'opened', String(secret))).status).toBe(401);
  });

  it('are listed page by page, by id', async () => {
    const { json } = await auditor.get(`${APPS}?limit=200`);
    const ids = (json.results as { id: string }[]).map(({ id }) => id);
    expect(ids).toEqual([...ids].sort());
    expect(ids).toContain('shop');
    expect(ids).not.toContain('console');
    const first = await owner.get(`${APPS}?limit=1&filter=sho`);
    expect(first.json).toMatchObject({ totalResults: 1, nextLink: null, results: [{ id: 'shop' }] });
    const { nextLink } = (await owner.get(`${APPS}?limit=1`)).json;
    expect((await owner.get(String(nextLink))).status).toBe(200);
    expect((await owner.get(`${APPS}?cursor=nonsense`)).status).toBe(400);
    const nowhere = APPS.replace('acme', 'nowhere');
    expect([(await auditor.get(nowhere)).status, (await operator.post(nowhere, {})).status]).toEqual([404, 404]);
    expect((await owner.get(`${APPS}/%00`)).status).toBe(404);
  });

  it('are for those who may', async () => {
    expect((await get(`${service.url}${APPS}`)).status).toBe(401);
    const member = new ApiUser(service, 'member');
    expect((await member.get(APPS)).status).toBe(403);
    expect((await member.get(`${APPS}/shop`)).status).toBe(403);
    for (const method of ['POST', 'PATCH', 'PUT', 'DELETE']) {
      const path = method === 'POST' ? APPS : `${APPS}/shop`;
      expect((await member.call(method, path, { body: {} })).status).toBe(403);
      // Whose platform role is for reading only is a stranger here.
      expect((await auditor.call(method, path, { body: {} })).status).toBe(404);
    }
  });

  it('of another org are the same nothing as none', async () => {
    const beta = APPS.replace('acme', 'beta');
    const answers = [
      await betaOwner.get(`${APPS}/shop`),
      await betaOwner.get(`${beta}/shop`),
      await betaOwner.get(`${beta}/nobody`),
      await betaOwner.patch(`${beta}/shop`, {}),
      await betaOwner.delete(`${beta}/shop`),
    ];
    const bodies = answers.map(({ status, json }) => ({ ...json, status, requestId: '' }));
    expect(bodies[0]?.status).toBe(404);
    expect(bodies).toEqual(bodies.map(() => bodies[0]));
  });
});
