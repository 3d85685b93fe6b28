import { DIALECTS } from '../harness/dialects';
import { errorMessage, errorName, expectCallerError } from '../harness/error-shape';
import { type Answer, basic, post, send } from '../harness/http';
import { type Service, startService } from '../harness/service';

const WORLD = `
orgs:
  - { id: acme, name: ACME }
clients:
  - id: worker
    org: acme
    secret: worker-secret
    grantTypes: [client_credentials]
    allowedScopes: { generalScopes: [openid, profile] }
`;

const CLIENT = basic('worker', 'worker-secret');
const MANAGER = '/SAAS/auth/oauthtoken';
const SECRETS = [
  'client_secret',
  'password',
  'code',
  'code_verifier',
  'assertion',
  'client_assertion',
  'refresh_token',
  'subject_token',
  'actor_token',
  'api_token',
];

describe('parameters in the query', () => {
  let service: Service;

  beforeAll(async () => {
    service = await startService({ world: WORLD });
  });
  afterAll(() => service?.stop());

  function postTo(pathAndQuery: string, form = '', headers: Record<string, string> = CLIENT): Promise<Answer> {
    return post(service.url + pathAndQuery, { form, headers });
  }

  it('may be all there is in the identity-manager dialect, with a form that is empty or with no body at all', async () => {
    const query = '?grant_type=client_credentials&scope=profile&accessTokenValiditySeconds=60';
    const answers = [
      await postTo(MANAGER + query),
      await send(service.url + MANAGER + query, { method: 'POST', headers: CLIENT }),
      await postTo(MANAGER + query, '', { ...CLIENT, 'Content-Type': 'application/json' }),
      await postTo(MANAGER + query, '', { ...CLIENT, 'Content-Type': 'text/plain; charset=latin1' }),
    ];
    for (const { status, json } of answers) {
      expect(status).toBe(200);
      expect(json).toMatchObject({ scope: 'profile', expires_in: 60 });
    }
  });

  it('may name the client there while the body has the secret', async () => {
    const answer = await postTo(
      `${MANAGER}?grant_type=client_credentials&client_id=worker`,
      'client_secret=worker-secret',
      {},
    );
    expect(answer.status).toBe(200);
  });

  it.each([
    ['repeated', '?grant_type=client_credentials&grant_type=client_credentials', ''],
    ['repeated in the body', '?grant_type=client_credentials', 'grant_type=client_credentials'],
    ['malformed', '?grant_type=client_credentials&username=%FF', ''],
    ['with NUL', '?grant_type=client_credentials&username=%00', ''],
  ])('are refused when %s', async (_, query, form) => {
    const answer = await postTo(MANAGER + query, form);
    expectCallerError(answer, 'identity-manager');
    expect(answer.status).toBe(400);
  });

  it.each(['/csp/gateway/am/api/auth/token', '/oauth2/token'])('do not count at %s', async (path) => {
    const answer = await postTo(`${path}?grant_type=client_credentials`);
    expect(answer.status).toBe(400);
    const widened = await postTo(`${path}?scope=profile`, 'grant_type=client_credentials&scope=openid');
    expect(widened.json.scope).toBe('openid');
  });

  describe.each([...DIALECTS, { dialect: 'csp', path: '/csp/gateway/am/api/auth/authorize' } as const])(
    '$path',
    ({ dialect, path }) => {
      it.each(SECRETS)('refuses %s there, says to move it and does not repeat it', async (name) => {
        const answer = await postTo(`${path}?${name}=hunter2`, 'grant_type=client_credentials');
        expectCallerError(answer, dialect);
        expect([answer.status, errorName(answer, dialect)]).toEqual([400, 'invalid_request']);
        expect(errorMessage(answer, dialect)).toMatch(new RegExp(`Move ${name} from the query to the body`));
        expect(answer.text).not.toContain('hunter2');
      });

      it.each(['client_secret[]=x', 'client%5Fsecret=x', 'CLIENT_SECRET=x', 'client_secret=', '%63ode=x'])(
        'refuses %s there',
        async (query) => {
          const answer = await postTo(`${path}?${query}`, 'grant_type=client_credentials');
          expectCallerError(answer, dialect);
          expect(answer.status).toBe(400);
        },
      );

      it('refuses one there even when the credentials are good, and keeps it out of the audit trail', async () => {
        const form = 'grant_type=client_credentials&client_id=worker&client_secret=worker-secret';
        expect((await postTo(`${path}?client_secret=worker-secret`, form, {})).status).toBe(400);
        const leaks = await service.database.query(
          `SELECT * FROM audit_events AS event WHERE event::text ~ 'hunter2|worker-secret'`,
        );
        expect(leaks).toEqual([]);
      });
    },
  );
});
