import { ADMIN_WORLD, ApiUser } from '../harness/admin-world';
import { authorizeUrl, logInAt, redeem, REDIRECT_URI } from '../harness/login-world';
import { type Service, startService } from '../harness/service';
import { Visitor } from '../harness/visitor';

const OF_ACME = '/csp/gateway/am/api/orgs/acme';
const MEMBER = { username: 'member', password: 'member-password' };

/** `web` is acme's, `partner` beta's: acme's member logs in at both for acme. JSON is YAML, too. */
const WORLD = `${ADMIN_WORLD}${[
  { id: 'web', org: 'acme' },
  { id: 'partner', org: 'beta', allowedOrgs: ['acme'] },
]
  .map((client) => ({
    ...client,
    secret: `${client.id}-secret`,
    grantTypes: ['authorization_code', 'refresh_token'],
    redirectUris: [REDIRECT_URI],
    allowedScopes: { generalScopes: ['openid'] },
  }))
  .map((client) => `  - ${JSON.stringify(client)}\n`)
  .join('')}`;

describe('an authorization code begins no login any more after', () => {
  let service: Service;
  let operator: ApiUser;

  beforeAll(async () => {
    service = await startService({ world: WORLD });
    operator = new ApiUser(service, 'operator');
  });
  afterAll(() => service?.stop());

  const switchedOffAndOn = async (path: string) => {
    for (const disabled of [true, false]) expect((await operator.patch(path, { disabled })).status).toBe(200);
  };

  it.each([
    {
      what: 'its client was disabled and enabled',
      client: 'web',
      act: () => switchedOffAndOn(`${OF_ACME}/oauth-apps/web`),
    },
    { what: 'its org was disabled and enabled', client: 'web', act: () => switchedOffAndOn(OF_ACME) },
    {
      what: 'the org of its client was disabled and enabled',
      client: 'partner',
      act: () => switchedOffAndOn('/csp/gateway/am/api/orgs/beta'),
    },
    {
      what: 'everything of the org of its client was revoked',
      client: 'partner',
      act: () => operator.post('/admin/orgs/beta/revocations', { all: true }),
    },
    {
      what: 'its user was disabled and enabled',
      client: 'web',
      act: () => switchedOffAndOn(`${OF_ACME}/users/u-member`),
    },
    {
      what: 'its user left the org and came back',
      client: 'web',
      act: async () => {
        // The account stays: it has another membership.
        await service.database.query("INSERT INTO memberships VALUES ('u-member', 'beta', '{}', '[]')");
        expect((await operator.delete(`${OF_ACME}/users/u-member`)).status).toBe(204);
        expect((await operator.post(`${OF_ACME}/users`, { userId: 'u-member', roles: ['org_member'] })).status).toBe(
          201,
        );
      },
    },
  ])('$what', async ({ client, act }) => {
    const codeFor = async () => {
      const visit = await logInAt(new Visitor(service.url), authorizeUrl({ client }), MEMBER);
      return String(visit.leftTo?.searchParams.get('code'));
    };
    const [code, other] = [await codeFor(), await codeFor()];
    expect((await redeem(service, other, { client })).status).toBe(200);
    await act();
    expect((await redeem(service, code, { client })).status).toBe(400);
    expect((await redeem(service, await codeFor(), { client })).status).toBe(200);
  });
});
