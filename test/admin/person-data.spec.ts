import { AuditSealer } from '../../src/audit/audit-sealer';
import { AuditVerifier } from '../../src/audit/audit-verifier';
import { ADMIN_WORLD, ApiUser } from '../harness/admin-world';
import { get, type Answer } from '../harness/http';
import { ask, eventsOf } from '../harness/people';
import { type Service, startService } from '../harness/service';

const USERS = '/csp/gateway/am/api/orgs/acme/users';
const GROUPS = '/csp/gateway/am/api/orgs/acme/groups';

describe('data of a person', () => {
  let service: Service;
  let owner: ApiUser;
  let operator: ApiUser;

  beforeAll(async () => {
    service = await startService({ world: ADMIN_WORLD });
    owner = new ApiUser(service, 'owner');
    operator = new ApiUser(service, 'operator');
  });
  afterAll(() => service?.stop());

  const logIn = (username: string) =>
    ask(
      service.url,
      { grant_type: 'password', domain: 'acme.example', username, password: `${username}-secret` },
      { client: 'console' },
    );

  /** Someone who has one of each. */
  async function made(username: string): Promise<Answer> {
    const id = `u-${username}`;
    const user = { id, domain: 'acme.example', username, email: `${username}@acme.example`, givenName: 'Given' };
    await owner.post(GROUPS, { id: 'g-1', name: 'One' });
    await owner.post(USERS, { ...user, password: `${username}-secret`, groups: ['g-1'] });
    await service.database.query(
      `INSERT INTO api_tokens (hash, user_id, org_id, name) VALUES ($1, $2, 'acme', 'script')`,
      [`hash of ${username}`, id],
    );
    await service.database.query(
      `INSERT INTO consents (user_id, client_id, org_id, scopes) VALUES ($1, 'console', 'acme', '{openid}')`,
      [id],
    );
    await service.database.query(
      `INSERT INTO browser_sessions (id, hash, user_id, auth_time, last_used_at, expires_at)
       VALUES (gen_random_uuid(), $1, $2, now(), now(), now())`,
      [`session hash of ${username}`, id],
    );
    return logIn(username);
  }

  it('is exported, all of it and nothing secret', async () => {
    await made('ada');
    const answer = await operator.get('/admin/people/u-ada/export');
    expect(answer).toMatchObject({
      status: 200,
      json: {
        account: { id: 'u-ada', email: 'ada@acme.example', givenName: 'Given', hasPassword: true },
        memberships: [{ orgId: 'acme', roles: ['org_member'] }],
        groups: [{ id: 'g-1', name: 'One' }],
        consents: [{ clientId: 'console', scopes: ['openid'] }],
        sessions: [{ endedAt: null }],
        logins: [{ clientId: 'console', orgId: 'acme' }],
        apiTokens: [{ name: 'script' }],
        auditEvents: [{ action: 'user.create' }, { action: 'token.issue' }],
        nextLink: null,
      },
    });
    expect(answer.text).not.toMatch(/hash of|argon2|ada-secret/);
    expect(await eventsOf(service.database, answer)).toMatchObject([
      { action: 'person.export', subject: 'acme.example:u-ada' },
    ]);
  });

  it('is exported page by page', async () => {
    await made('paged');
    const seen: string[] = [];
    let path: unknown = '/admin/people/u-paged/export?limit=1';
    while (typeof path === 'string' && seen.length < 20) {
      const { json } = await operator.get(path);
      expect(json.account).toMatchObject({ id: 'u-paged' });
      seen.push(...Object.keys(json).filter((name) => Array.isArray(json[name]) && json[name].length > 0));
      path = json.nextLink;
      if (seen.at(-1) === 'auditEvents') break;
    }
    expect(seen).toEqual(['memberships', 'groups', 'consents', 'sessions', 'logins', 'apiTokens', 'auditEvents']);
    expect((await operator.get('/admin/people/u-paged/export?cursor=nonsense')).status).toBe(400);
    expect((await operator.get('/admin/people/u-paged/export?limit=0')).status).toBe(400);
  });

  it('is for platform operators only', async () => {
    expect((await get(`${service.url}/admin/people/u-owner/export`)).status).toBe(401);
    for (const user of [owner, new ApiUser(service, 'auditor')]) {
      expect((await user.get('/admin/people/u-owner/export')).status).toBe(403);
      expect((await user.post('/admin/people/u-owner/erase', {})).status).toBe(403);
    }
    expect((await operator.get('/admin/people/u-nobody/export')).status).toBe(404);
    expect((await operator.post('/admin/people/u-nobody/erase', {})).status).toBe(404);
  });

  it('is erased: the person is gone, what happened stays under a pseudonym', async () => {
    const login = await made('eve.x');
    await service.database.query(
      `INSERT INTO audit_events (at, request_id, action, outcome, reason, subject, actor) VALUES
         (now(), 'about-eve', 'token.issue', 'refused', 'EVE.X asked, u-eve.x\\2', 'acme.example:u-eve.x', NULL),
         (now(), 'by-eve', 'token.issue', 'allowed', 'for Eve.X@acme.example (u-eve.x)', 'acme.example:u-owner',
          'acme.example:u-eve.x'),
         (now(), 'other', 'access.refuse', 'refused', 'acme.example:u-eve.x asked; eve.x and u-eve.xy stay', NULL, NULL)`,
    );
    const erased = await operator.post('/admin/people/u-eve.x/erase', {});
    const pseudonym = String(erased.json.pseudonym);
    expect(erased.status).toBe(200);
    expect(pseudonym).toMatch(/^erased-[\w-]{43}$/);
    expect(await eventsOf(service.database, erased)).toMatchObject([{ action: 'person.erase', subject: pseudonym }]);
    expect(await eventsOf(service.database, login)).toMatchObject([{ action: 'token.issue', subject: pseudonym }]);
    expect(await eventsOf(service.database, 'about-eve')).toMatchObject([
      { subject: pseudonym, reason: `${pseudonym} asked, ${pseudonym}\\2` },
    ]);
    expect(await eventsOf(service.database, 'by-eve')).toMatchObject([
      { subject: 'acme.example:u-owner', actor: pseudonym, reason: `for ${pseudonym} (${pseudonym})` },
    ]);
    expect(await eventsOf(service.database, 'other')).toMatchObject([
      { reason: `${pseudonym} asked; eve.x and u-eve.xy stay` },
    ]);
    for (const table of ['memberships', 'group_members', 'consents', 'browser_sessions', 'families', 'api_tokens']) {
      const rows = await service.database.query(`SELECT 1 FROM ${table} WHERE user_id = 'u-eve.x'`);
      expect([table, rows]).toEqual([table, []]);
    }
    expect((await logIn('eve.x')).status).toBe(400);
    expect((await operator.get('/admin/people/u-eve.x/export')).status).toBe(404);
    expect((await operator.post('/admin/people/u-eve.x/erase', {})).status).toBe(404);
  });

  it('is erased from the audit trail even when the account was deleted before, under the same pseudonym', async () => {
    await made('gone');
    await owner.delete(`${USERS}/u-gone`);
    const first = await operator.post('/admin/people/u-gone/erase', {});
    expect(first.status).toBe(200);
    await made('gone');
    const second = await operator.post('/admin/people/u-gone/erase', {});
    expect(second.json.pseudonym).toBe(first.json.pseudonym);
    const named = await service.database.query(
      `SELECT 1 FROM audit_events WHERE concat(subject, actor, reason) LIKE '%u-gone%'`,
    );
    expect(named).toEqual([]);
  });

  it('is erased without breaking the chain of the audit trail', async () => {
    await service.app.get(AuditSealer).seal();
    expect(await service.app.get(AuditVerifier).verify()).toMatchObject({
      intact: true,
      erased: expect.any(Number) as number,
    });
  });

  it('is erased with the logins of others in which the person acts', async () => {
    await made('actor');
    await made('victim');
    await service.database.query(`UPDATE families SET actor = $1 WHERE user_id = 'u-victim'`, [
      JSON.stringify({ sub: ':portal', act: { sub: 'acme.example:u-actor' } }),
    ]);
    expect((await operator.post('/admin/people/u-actor/erase', {})).status).toBe(200);
    expect(await service.database.query(`SELECT 1 FROM families WHERE user_id = 'u-victim'`)).toEqual([]);
  });
});
