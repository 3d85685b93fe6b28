import { decodeJwt } from 'jose';
import { ApiUser, type Role, tokenOf } from '../harness/admin-world';
import { type Answer, send } from '../harness/http';
import type { Tokens } from '../harness/inspection';
import { eventsOf } from '../harness/people';
import { DEAD, delegated, isActive, logIn, REVOCATION_WORLD, uses } from '../harness/revocation-world';
import { type Service, startService } from '../harness/service';

const LOGINS = '/admin/orgs/acme/logins';
const REVOCATIONS = '/admin/orgs/acme/revocations';

interface Shown {
  readonly id: string;
  readonly user: { readonly id: string };
  readonly clientId: string;
}

describe('logins', () => {
  let service: Service;
  let users: Record<'owner' | 'admin' | 'developer' | 'member' | 'beta-owner' | 'operator' | 'auditor', ApiUser>;

  beforeAll(async () => {
    service = await startService({ world: REVOCATION_WORLD });
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

  const idOf = ({ accessToken }: Tokens) => String(decodeJwt(accessToken).sid);
  const listed = async (query = '', by: ApiUser = users.admin) => {
    const answer = await by.get(LOGINS + query);
    expect(answer.status).toBe(200);
    return answer.json.results as Shown[];
  };
  const refused = async (answer: Answer, status: number, error: string) => {
    expect(answer.status).toBe(status);
    expect(await eventsOf(service.database, answer)).toMatchObject([{ action: 'access.refuse', error }]);
  };

  it('are listed with who may do what, since when, and nothing secret', async () => {
    const login = await logIn(service, 'member');
    const child = await delegated(service, login);
    const answer = await users.owner.get(`${LOGINS}?userId=u-member`);
    const { results } = answer.json as { results: object[] };
    const time = expect.stringMatching(/^\d{4}-.*Z$/) as string;
    const times = { authTime: time, createdAt: time, lastUsedAt: time, expiresAt: time };
    const user = { id: 'u-member', domain: 'acme.example', username: 'member' };
    const common = { user, orgId: 'acme', ...times };
    expect(results).toContainEqual({
      ...common,
      ...{ id: idOf(login), clientId: 'shop', actor: null, parentId: null },
      scopes: ['openid', 'profile', 'csp:org_member'],
    });
    expect(results).toContainEqual({
      ...common,
      ...{ id: idOf(child), clientId: 'helper', actor: { sub: ':helper' }, parentId: idOf(login) },
      scopes: expect.any(Array) as string[],
    });
    for (const token of [login.refreshToken, login.accessToken]) expect(answer.text).not.toContain(token);
  });

  it('are found by user, by client and by name, page by page', async () => {
    const [one, two] = [await logIn(service, 'developer'), await logIn(service, 'developer')];
    await logIn(service, 'developer', 'console');
    await logIn(service, 'beta-owner');
    const found = await listed('?userId=u-developer&clientId=shop');
    expect(found.map(({ id }) => id)).toEqual([idOf(one), idOf(two)].sort());
    expect((await listed('?clientId=shop')).map(({ clientId }) => clientId)).not.toContain('console');
    expect(new Set((await listed('?filter=VELOPER')).map(({ user }) => user.id))).toEqual(new Set(['u-developer']));
    expect((await listed('?limit=200')).map(({ user }) => user.id)).not.toContain('u-beta-owner');
    const first = await users.admin.get(`${LOGINS}?userId=u-developer&clientId=shop&limit=1`);
    expect(first.json.totalResults).toBe(2);
    const next = await users.admin.get(String(first.json.nextLink));
    expect((next.json.results as Shown[])[0]?.id).toBe(found[1]?.id);
    expect(next.json.nextLink).toBeNull();
    for (const cursor of ['none', Buffer.from('{"after":"no id"}').toString('base64url')])
      expect((await users.admin.get(`${LOGINS}?cursor=${cursor}`)).status).toBe(400);
    expect((await users.operator.get('/admin/orgs/nowhere/logins')).status).toBe(404);
  });

  it('refuse filters that there are not, so that none shows everything', async () => {
    const lists = ['orgs/acme/logins', 'domains', 'service-definitions', 'trusted-issuers', 'signing-keys'];
    for (const list of [...lists, 'audit-events', 'people/u-ada/export']) {
      const answer = await users.operator.get(`/admin/${list}?user=ada`);
      expect({ list, status: answer.status }).toEqual({ list, status: 400 });
      expect(answer.json.error_description).toBe("query: Unrecognized key: 'user'.");
    }
    // Clients of the Cloud Services ask for more than there is here.
    expect((await users.operator.get('/csp/gateway/am/api/orgs?expand=true')).status).toBe(200);
  });

  it('that have ended or expired are not listed', async () => {
    const [ended, expired] = [await logIn(service, 'member'), await logIn(service, 'member')];
    const sql = "UPDATE families SET expires_at = now() - interval '1 s' WHERE id = $1";
    await service.database.query(sql, [idOf(expired)]);
    expect((await users.admin.delete(`${LOGINS}/${idOf(ended)}`)).status).toBe(204);
    const ids = (await listed('?limit=200')).map(({ id }) => id);
    expect(ids).not.toContain(idOf(ended));
    expect(ids).not.toContain(idOf(expired));
  });

  it('end one by one with what came from them, with one event', async () => {
    const [login, beside] = [await logIn(service, 'member'), await logIn(service, 'member')];
    const child = await delegated(service, login);
    const path = `${LOGINS}/${idOf(login)}`;
    const answers = await Promise.all(Array.from({ length: 8 }, () => users.admin.delete(path)));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 204));
    const events = await Promise.all(answers.map((answer) => eventsOf(service.database, answer)));
    expect(events.flat()).toMatchObject([
      { action: 'login.end', subject: 'acme.example:u-member', client_id: 'shop', family: idOf(login) },
    ]);
    expect(await uses(service, login)).toEqual(DEAD);
    expect(await isActive(service, child.accessToken)).toBe(false);
    expect(await isActive(service, beside.accessToken)).toBe(true);
  });

  it('of others, and what is none, are not there', async () => {
    const ofBeta = await logIn(service, 'beta-owner');
    const ids = [idOf(ofBeta), 'none', '00000000-0000-0000-0000-000000000000'];
    for (const id of ids) expect((await users.owner.delete(`${LOGINS}/${id}`)).status).toBe(404);
    expect(await isActive(service, ofBeta.accessToken)).toBe(true);
    expect((await users['beta-owner'].delete(`/admin/orgs/beta/logins/${idOf(ofBeta)}`)).status).toBe(204);
  });

  it.each<[string, object]>([
    ['nothing', {}],
    ['all and a user', { all: true, userId: 'u-member' }],
    ['not all', { all: false }],
    ['API tokens of a client', { clientId: 'shop', apiTokens: true }],
    ['something else', { userId: 'u-member', sessions: true }],
  ])('are not revoked by a body that names %s', async (_what, body) => {
    expect((await users.owner.post(REVOCATIONS, body)).status).toBe(400);
  });

  it('of strangers are not revoked: who is no member, and clients of others', async () => {
    const ofNobody = { userId: 'u-member', clientId: 'no-client' };
    for (const body of [{ userId: 'u-beta-owner' }, { userId: 'u-nobody' }, { clientId: 'helper' }, ofNobody]) {
      expect((await users.owner.post(REVOCATIONS, body)).status).toBe(404);
    }
  });

  it('of owners are ended by owners only', async () => {
    const login = await logIn(service, 'owner');
    await refused(await users.admin.delete(`${LOGINS}/${idOf(login)}`), 403, 'insufficient_scope');
    await refused(await users.admin.post(REVOCATIONS, { userId: 'u-owner' }), 403, 'insufficient_scope');
    await refused(await users.admin.post(REVOCATIONS, { all: true }), 403, 'insufficient_scope');
    expect(await isActive(service, login.accessToken)).toBe(true);
    const answer = await users.owner.post(REVOCATIONS, { userId: 'u-owner', clientId: 'shop', reason: 'lost' });
    expect(answer).toMatchObject({ status: 200, json: { logins: 1 } });
    expect(await eventsOf(service.database, answer)).toMatchObject([
      {
        action: 'access.revoke',
        ...{ subject: 'acme.example:u-owner', client_id: 'shop', org_id: 'acme', actor: 'acme.example:u-owner' },
        reason: 'logins ended: 1, API tokens deactivated: 0; lost',
      },
    ]);
    expect(await isActive(service, login.accessToken)).toBe(false);
  });

  it('are not for members, auditors only look, and everywhere is for operators', async () => {
    const body = { userId: 'u-member' };
    for (const role of ['developer', 'member'] as const) {
      await refused(await users[role].get(LOGINS), 403, 'insufficient_scope');
      await refused(await users[role].post(REVOCATIONS, body), 403, 'insufficient_scope');
    }
    expect((await users.auditor.get(LOGINS)).status).toBe(200);
    await refused(await users.auditor.post(REVOCATIONS, body), 404, 'not_found');
    await refused(await users['beta-owner'].get(LOGINS), 404, 'not_found');
    await refused(await users['beta-owner'].post(REVOCATIONS, body), 404, 'not_found');
    for (const role of ['owner', 'admin', 'auditor'] as const) {
      await refused(await users[role].post('/admin/revocations', body), 403, 'insufficient_scope');
    }
  });

  it('are not ended by who acts for an administrator', async () => {
    const { accessToken } = await delegated(service, { accessToken: await tokenOf(service, 'admin') });
    const login = await logIn(service, 'member');
    const headers = { Authorization: `Bearer ${accessToken}`, 'Content-Type': 'application/json' };
    const body = JSON.stringify({ userId: 'u-member' });
    await refused(await send(service.url + REVOCATIONS, { method: 'POST', headers, body }), 403, 'insufficient_scope');
    const path = `${service.url}${LOGINS}/${idOf(login)}`;
    await refused(await send(path, { method: 'DELETE', headers }), 403, 'insufficient_scope');
    expect(await isActive(service, login.accessToken)).toBe(true);
  });
});
