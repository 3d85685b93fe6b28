import pg from 'pg';
import { ClientStore } from '../../src/clients/client.store';
import { KeyRing } from '../../src/keys/key-ring';
import { OrgStore } from '../../src/orgs/org.store';
import { ServiceDefinitionStore } from '../../src/services/service-definition.store';
import { UserStore } from '../../src/users/user.store';
import { ADMIN_WORLD, ApiUser } from '../harness/admin-world';
import { CACHED_WORLD, hearing, msUntil, scopeOf } from '../harness/cached-world';
import { startListeningFront } from '../harness/listening-front';
import { type Service, startService } from '../harness/service';
import { createTestDatabase } from '../harness/test-database';

const PROMISED_MS = 1_000;

/** What is published is read anew, while what was known before is still good: a slow database may take its time. */
const PUBLISHED_MS = 5_000;

interface Change {
  readonly what: string;
  readonly sql: string;
  /** What a process knows of it. */
  readonly look: (service: Service) => Promise<unknown>;
  readonly from: unknown;
  readonly to: unknown;
  /** Unless it is promised to be no more than a second. */
  readonly withinMs?: number;
}

const rolesOfAda = async ({ app }: Service) => (await app.get(UserStore).findMember('u-ada', 'acme'))?.permissions[0];

/** In this order: what each finds, the one before has left. */
const CHANGES: readonly Change[] = [
  {
    what: 'a scope is added to a client',
    sql: `UPDATE clients SET allowed_scopes = jsonb_set(allowed_scopes, '{generalScopes}', '["openid", "email"]')
          WHERE id = 'worker'`,
    look: (service) => scopeOf(service, 'worker'),
    from: 'openid profile',
    to: 'openid email',
  },
  {
    what: 'a secret is taken from a client',
    sql: `DELETE FROM client_secrets WHERE client_id = 'worker'`,
    look: (service) => scopeOf(service, 'worker'),
    from: 'openid email',
    to: 401,
  },
  {
    what: 'a client is disabled',
    sql: `UPDATE clients SET disabled_at = now() WHERE id = 'fast'`,
    look: (service) => scopeOf(service, 'fast'),
    from: '',
    to: 401,
  },
  {
    what: 'a user is renamed',
    sql: `UPDATE users SET given_name = 'Augusta' WHERE id = 'u-ada'`,
    look: async ({ app }) => (await app.get(UserStore).find('u-ada'))?.givenName,
    from: 'Ada',
    to: 'Augusta',
  },
  {
    what: 'a role is taken from a member',
    sql: `UPDATE memberships SET roles = '{org_member}' WHERE user_id = 'u-ada' AND org_id = 'acme'`,
    look: rolesOfAda,
    from: 'csp:org_owner',
    to: 'csp:org_member',
  },
  {
    what: 'a user is given a platform permission',
    sql: `UPDATE users SET platform_permissions = '{csp:platform_auditor}' WHERE id = 'u-ada'`,
    look: rolesOfAda,
    from: 'csp:org_member',
    to: 'csp:platform_auditor',
  },
  {
    what: 'a user is disabled',
    sql: `UPDATE users SET disabled_at = now() WHERE id = 'u-ada'`,
    look: rolesOfAda,
    from: 'csp:platform_auditor',
    to: undefined,
  },
  {
    what: 'a service is changed',
    sql: `UPDATE service_definitions SET name = 'Mission Control' WHERE id = 'tmc'`,
    look: async ({ app }) => (await app.get(ServiceDefinitionStore).findAll(['tmc']))[0]?.name,
    from: 'tmc',
    to: 'Mission Control',
  },
  {
    what: 'a signing key is published',
    sql: `INSERT INTO signing_keys (kid, alg, state, public_jwk, sealed_private_jwk)
          SELECT 'changed', alg, 'retiring', public_jwk || '{"kid": "changed"}', sealed_private_jwk
          FROM signing_keys WHERE alg = 'ES256' AND state = 'active'`,
    look: async ({ app }) => (await app.get(KeyRing).publicKey('changed')) !== undefined,
    from: false,
    to: true,
    withinMs: PUBLISHED_MS,
  },
  {
    what: 'an org is renamed',
    sql: `UPDATE orgs SET name = 'BETA' WHERE id = 'beta'`,
    look: async ({ app }) => (await app.get(OrgStore).find('beta'))?.name,
    from: 'Beta',
    to: 'BETA',
  },
  {
    what: 'the org of a client is disabled',
    sql: `UPDATE orgs SET disabled_at = now() WHERE id = 'acme'`,
    look: async ({ app }) => (await app.get(ClientStore).find('portal'))?.id,
    from: 'portal',
    to: undefined,
  },
  {
    what: 'it is enabled again',
    sql: `UPDATE orgs SET disabled_at = NULL WHERE id = 'acme'`,
    look: async ({ app }) => (await app.get(ClientStore).find('portal'))?.id,
    from: undefined,
    to: 'portal',
  },
];

describe('what a process keeps in memory', () => {
  let one: Service;
  let other: Service;
  let psql: pg.Pool;

  beforeAll(async () => {
    const env = { KEYS_REFRESH_SECONDS: '20' };
    one = await startService({ env, world: CACHED_WORLD });
    other = await startService({ env, database: one.database });
    psql = new pg.Pool({ connectionString: one.database.url, max: 2 });
    await hearing(one, other);
  });
  afterAll(async () => {
    await psql?.end();
    await other?.stop();
    await one?.stop();
  });

  it.each(CHANGES)('counts no more on any replica within a second after $what', async (change) => {
    const { sql, look, from, to, withinMs = PROMISED_MS } = change;
    for (const service of [one, other, one, other]) expect(await look(service)).toBe(from);
    await psql.query(sql);
    const since = performance.now();
    const times = await Promise.all([one, other].map((service) => msUntil(() => look(service), to, since)));
    expect(Math.max(...times)).toBeLessThan(withinMs);
  });

  it('counts no more for who has changed it by the time of the answer', async () => {
    const database = await createTestDatabase();
    const front = await startListeningFront(database.url);
    const changing = await startService({ database: { ...database, url: front.url }, world: ADMIN_WORLD });
    try {
      await hearing(changing);
      const operator = new ApiUser(changing, 'operator');
      expect(await scopeOf(changing, 'console')).toMatch(/^openid csp:/);
      front.mode = 'slow'; // what is not waited for comes too late
      const path = '/csp/gateway/am/api/orgs/ops/oauth-apps/console';
      expect((await operator.patch(path, { allowedScopes: { generalScopes: ['profile'] } })).status).toBe(200);
      expect(await scopeOf(changing, 'console')).toMatch(/^profile csp:/);
    } finally {
      await changing.stop();
      await front.stop();
      await database.drop();
    }
  });
});
