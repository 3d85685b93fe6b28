import { createHash } from 'node:crypto';
import { ADMIN_WORLD, ApiUser, type Role, tokenOf } from '../harness/admin-world';
import { type Answer, basic, post, send } from '../harness/http';
import { ask, eventsOf } from '../harness/people';
import { type Service, startService } from '../harness/service';

const TOKENS = '/csp/gateway/am/api/orgs/acme/api-tokens';
const AUTHORIZE = '/csp/gateway/am/api/auth/api-tokens/authorize';
const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token';

/** `robot` is a client with a role in acme, which `console` lets act for its users. */
const WORLD = `${ADMIN_WORLD}    allowedActorsClientDelegate: [robot]
  - id: robot
    org: acme
    secret: robot-secret
    grantTypes: [client_credentials, client_delegate, "${TOKEN_EXCHANGE}"]
    allowedScopes: { generalScopes: [openid], organizationScopes: { roles: [{ name: org_owner }, { name: org_member }] } }
`;

describe('API tokens', () => {
  let service: Service;
  let users: Record<Role, ApiUser>;

  beforeAll(async () => {
    service = await startService({ world: WORLD });
    const user = (role: Role) => new ApiUser(service, role);
    users = {
      owner: user('owner'),
      admin: user('admin'),
      developer: user('developer'),
      member: user('member'),
      'beta-owner': user('beta-owner'),
      operator: user('operator'),
      auditor: user('auditor'),
    };
  });
  afterAll(() => service?.stop());

  const authorize = (token: string) => post(service.url + AUTHORIZE, { form: { api_token: token } });
  const make = (role: Role, body: object = {}) => users[role].post(TOKENS, { name: 'ci', ...body });
  const deactivate = (role: Role, ...made: Answer[]) =>
    users[role].post(`${TOKENS}/deactivate`, { tokenIds: made.map(({ json }) => json.id) });
  const made = async (role: Role, body: object = {}) => {
    const answer = await make(role, body);
    expect(answer).toMatchObject({ status: 201, json: { token: expect.stringMatching(/^[\w-]{43}$/) as string } });
    return answer;
  };
  const as = (accessToken: unknown, body: object) =>
    send(service.url + TOKENS, {
      method: 'POST',
      headers: { Authorization: `Bearer ${String(accessToken)}`, 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });

  it.each<Role>(['owner', 'admin', 'developer', 'member'])('are made by any member for itself: %s', async (role) => {
    const answer = await made(role);
    const used = await authorize(String(answer.json.token));
    expect(used).toMatchObject({ status: 200, json: { scope: (answer.json.scopes as string[]).join(' ') } });
    expect(await eventsOf(service.database, answer)).toMatchObject([
      { action: 'api_token.create', subject: `acme.example:u-${role}` },
    ]);
  });

  it('are shown once and kept as a hash', async () => {
    const { json } = await made('owner', { name: 'once' });
    const token = String(json.token);
    const list = await users.owner.get(`${TOKENS}?filter=once`);
    const [shown] = list.json.results as object[];
    expect(Object.keys(shown ?? {}).sort()).toEqual(['createdAt', 'expiresAt', 'id', 'lastUsedAt', 'name', 'scopes']);
    const kept = JSON.stringify([
      await service.database.query('SELECT * FROM api_tokens'),
      await service.database.query('SELECT * FROM audit_events'),
    ]);
    expect(kept).not.toContain(token);
    expect(kept).not.toContain(createHash('sha256').update(token).digest('hex'));
    expect(list.text).not.toContain(token);
  });

  it('have at most what the caller may there', async () => {
    const narrow = await made('owner', { scopes: ['csp:org_owner'] });
    expect((await authorize(String(narrow.json.token))).json).toMatchObject({ scope: 'csp:org_owner' });
    for (const scope of ['csp:org_admin', 'csp:platform_operator', 'profile']) {
      expect(await make('owner', { scopes: [scope] })).toMatchObject({
        status: 400,
        json: { errorCode: 'invalid_scope' },
      });
    }
    const login = { grant_type: 'password', username: 'owner', password: 'owner-password', scope: 'csp:org_owner' };
    const { json } = await ask(service.url, login, { client: 'console' });
    expect((await as(json.access_token, { name: 'x', scopes: ['openid'] })).status).toBe(400);
    expect((await as(json.access_token, { name: 'x' })).json).toMatchObject({ scopes: ['csp:org_owner'] });
  });

  it('end when they are told to', async () => {
    const soon = await made('owner', { expiresInSeconds: 600 });
    const seconds = (Date.parse(String(soon.json.expiresAt)) - Date.now()) / 1_000;
    expect(seconds).toBeGreaterThan(590);
    expect(seconds).toBeLessThanOrEqual(600);
    const later = await made('owner', { expiresAt: '2999-01-01T00:00:00+01:00' });
    expect(later.json.expiresAt).toBe('2998-12-31T23:00:00.000Z');
  });

  it.each<[string, object, RegExp]>([
    ['no name', { name: undefined }, /name/],
    ['a time that is over', { expiresAt: '2020-01-01T00:00:00Z' }, /expiresAt: must be in the future/],
    ['two times', { expiresAt: '2999-01-01T00:00:00Z', expiresInSeconds: 5 }, /not both/],
    ['no lifetime', { expiresInSeconds: 0 }, /expiresInSeconds/],
    ['an unknown field', { token: 'mine' }, /token/],
    ['what is no scope', { scopes: ['a b'] }, /scopes\.0/],
  ])('are not made with %s', async (_, body, message) => {
    const answer = await make('owner', body);
    expect({ status: answer.status, message: String(answer.json.message) }).toEqual({
      status: 400,
      message: expect.stringMatching(message) as string,
    });
  });

  it('are refused at once when they are deactivated, by their owner as often as it likes', async () => {
    const token = await made('member');
    expect((await authorize(String(token.json.token))).status).toBe(200);
    const answer = await deactivate('member', token);
    expect(answer.status).toBe(204);
    expect((await authorize(String(token.json.token))).status).toBe(400);
    expect(await eventsOf(service.database, answer)).toMatchObject([
      { action: 'api_token.delete', subject: 'acme.example:u-member', reason: token.json.id },
    ]);
    expect((await users.member.get(TOKENS)).text).not.toContain(String(token.json.id));
    const again = await deactivate('member', token);
    expect(again.status).toBe(204);
    expect(await eventsOf(service.database, again)).toEqual([]);
  });

  it.each<Role>(['owner', 'admin', 'operator'])('of a member are seen and deactivated by its %s', async (role) => {
    const token = await made('member', { name: `for ${role}` });
    expect((await users[role].get(`${TOKENS}?userId=u-member`)).text).toContain(String(token.json.id));
    expect((await deactivate(role, token)).status).toBe(204);
    expect((await authorize(String(token.json.token))).status).toBe(400);
  });

  it('of others are nothing to a member, and none of several is deactivated', async () => {
    const [own, foreign] = [await made('developer'), await made('owner')];
    expect((await users.developer.get(`${TOKENS}?userId=u-owner`)).status).toBe(403);
    const refused = await deactivate('developer', own, foreign);
    const unknown = await users.developer.post(`${TOKENS}/deactivate`, {
      tokenIds: [own.json.id, '4f9c2f4e-8d0e-4b51-9a0d-6b1c1f7a1f11'],
    });
    expect(refused.status).toBe(404);
    expect({ ...refused.json, requestId: '' }).toEqual({ ...unknown.json, requestId: '' });
    expect((await authorize(String(own.json.token))).status).toBe(200);
    expect((await users.developer.post(`${TOKENS}/deactivate`, { tokenIds: ['no-uuid'] })).status).toBe(400);
  });

  it('of another org are nowhere, and of who is no member, too', async () => {
    const token = await made('owner');
    for (const path of [TOKENS, TOKENS.replace('acme', 'nowhere')]) {
      expect((await users['beta-owner'].get(path)).status).toBe(404);
      expect((await users['beta-owner'].post(path, { name: 'x' })).status).toBe(404);
    }
    const own = TOKENS.replace('acme', 'beta');
    expect((await users['beta-owner'].post(`${own}/deactivate`, { tokenIds: [token.json.id] })).status).toBe(404);
    expect((await users.owner.get(`${TOKENS}?userId=u-beta-owner`)).status).toBe(404);
    expect((await users.operator.post(TOKENS, { name: 'x' })).status).toBe(404);
    expect((await users.owner.get(`${TOKENS}?userId=%00`)).status).toBe(400);
  });

  it('are not made by a client, by who acts for a user, or with an API token', async () => {
    const body = { name: 'x' };
    const form = { grant_type: 'client_credentials' };
    const client = await post(`${service.url}/oauth2/token`, { form, headers: basic('robot', 'robot-secret') });
    expect((await as(client.json.access_token, body)).status).toBe(403);
    const delegate = {
      grant_type: 'client_delegate',
      subject_token: await tokenOf(service, 'owner'),
      subject_token_type: ACCESS_TOKEN,
    };
    const delegated = await ask(service.url, delegate, { client: 'robot', dialect: 'csp' });
    expect(delegated.status).toBe(200);
    expect((await as(delegated.json.access_token, body)).status).toBe(403);
    // Nor may who acts for an owner change anything else.
    const patch = await send(`${service.url}/csp/gateway/am/api/orgs/acme`, {
      method: 'PATCH',
      headers: { Authorization: `Bearer ${String(delegated.json.access_token)}`, 'Content-Type': 'application/json' },
      body: '{"displayName":"Mine"}',
    });
    expect(patch).toMatchObject({ status: 403, json: { errorCode: 'insufficient_scope' } });
    const own = await authorize(String((await made('owner')).json.token));
    expect((await as(own.json.access_token, body)).status).toBe(403);
    expect((await send(service.url + TOKENS, { method: 'POST' })).status).toBe(401);
  });

  it('are at most a hundred at a time, also of parallel requests', async () => {
    await service.database.query('DELETE FROM api_tokens');
    await service.database.query(
      `INSERT INTO api_tokens (hash, user_id, org_id, name, expires_at)
       SELECT 'live ' || n, 'u-owner', 'acme', 'live', NULL FROM generate_series(1, 98) n
       UNION ALL SELECT 'dead', 'u-owner', 'acme', 'dead', now() - interval '1 day'`,
    );
    const answers = await Promise.all(Array.from({ length: 5 }, () => make('owner')));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 201, 409, 409, 409]);
    expect((await make('admin')).status).toBe(201);
  });

  it('are listed page by page, also those of another', async () => {
    const ids: string[] = [];
    for (let link: string | null = `${TOKENS}?userId=u-owner&limit=40`; link !== null;) {
      const { status, json } = await users.admin.get(link);
      expect({ status, total: json.totalResults }).toEqual({ status: 200, total: 101 });
      ids.push(...(json.results as { id: string }[]).map(({ id }) => id));
      link = json.nextLink as string | null;
    }
    expect(new Set(ids).size).toBe(101);
    expect([...ids].sort()).toEqual(ids);
  });
});
