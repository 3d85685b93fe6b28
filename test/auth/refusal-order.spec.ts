import { decodeJwt } from 'jose';
import { randomUUID } from 'node:crypto';
import { DIALECTS } from '../harness/dialects';
import { errorName, expectErrorShape } from '../harness/error-shape';
import { basic, post } from '../harness/http';
import { type Service, startService } from '../harness/service';
import { SPY_GRANT, spied, SpyModule } from '../harness/spy-grant';

const WORLD = `
orgs:
  - { id: acme, name: ACME }
clients:
  - { id: caller, org: acme, secret: s, grantTypes: ["${SPY_GRANT}"], allowedScopes: { generalScopes: [openid] } }
  - { id: plain, org: acme, secret: s, grantTypes: [client_credentials] }
  - { id: browser, org: acme, publicClient: true, grantTypes: [authorization_code] }
`;

const GOOD = { grant_type: SPY_GRANT, word: 'open sesame' };

describe('the order of a token request', () => {
  let service: Service;

  beforeAll(async () => {
    service = await startService({ world: WORLD, extensions: [SpyModule] });
    // Registration allows this to no public client; the grant's own word must hold even so.
    await service.database.query(`UPDATE clients SET grant_types = $1 WHERE id = 'browser'`, [[SPY_GRANT]]);
  });
  afterAll(() => service?.stop());
  beforeEach(() => spied.splice(0));

  describe.each(DIALECTS)('$dialect', ({ dialect, path }) => {
    async function ask(form: Record<string, string> | string, credentials: Record<string, string>) {
      const requestId = randomUUID();
      const headers = { ...credentials, 'X-Request-Id': requestId };
      const answer = await post(service.url + path, { form, headers });
      const events = await service.database.query<Record<string, unknown>>(
        'SELECT * FROM audit_events WHERE request_id = $1',
        [requestId],
      );
      return { answer, events, requestId };
    }

    it('ends with a token and its event when nothing is wrong', async () => {
      const { answer, events } = await ask(GOOD, basic('caller', 's'));
      expect(answer.status).toBe(200);
      expect(spied).toEqual(['validated', 'decided']);
      const { jti } = decodeJwt(String(answer.json.access_token));
      expect(events).toMatchObject([
        { outcome: 'allowed', error: null, dialect, grant_type: SPY_GRANT, client_id: 'caller', jti },
      ]);
    });

    it.each([
      { fault: 'a wrong secret', id: 'caller', secret: 'x', error: 'invalid_client', reason: /secret is wrong/ },
      { fault: 'an unknown client', id: 'nobody', secret: 's', error: 'invalid_client', reason: /unknown or disabled/ },
      { fault: 'no credentials', id: null, secret: '', error: 'invalid_client', reason: /authentication is missing/ },
      { fault: 'a client without it', id: 'plain', secret: 's', error: 'unauthorized_client', reason: /switched on/ },
      { fault: 'a public client', id: 'browser', secret: '', error: 'unauthorized_client', reason: /has a secret/ },
    ])('asks no grant, not even for its parameters, on $fault', async ({ id, secret, error, reason }) => {
      for (const form of [GOOD, { grant_type: SPY_GRANT, word: 'wrong' }]) {
        const { answer, events, requestId } = await ask(form, id === null ? {} : basic(id, secret));
        expectErrorShape(answer, dialect);
        expect(errorName(answer, dialect)).toBe(error);
        expect(events).toEqual([
          expect.objectContaining({
            request_id: requestId,
            action: 'token.issue',
            outcome: 'refused',
            error,
            reason: expect.stringMatching(reason) as string,
            dialect,
            grant_type: SPY_GRANT,
            client_id: id,
            address: '127.0.0.1',
            subject: null,
            jti: null,
          }),
        ]);
      }
      expect(spied).toEqual([]);
    });

    it('tells the caller less than the event', async () => {
      const { answer } = await ask(GOOD, basic('caller', 'x'));
      expect(answer.text).not.toMatch(/wrong|expired|unknown|disabled/);
    });

    it('refuses a repeated parameter before it looks at the client', async () => {
      const repeated = `grant_type=${SPY_GRANT}&word=a&word=b`;
      for (const credentials of [basic('caller', 's'), basic('caller', 'x'), {}]) {
        const { answer, events } = await ask(repeated, credentials);
        expect(errorName(answer, dialect)).toBe('invalid_request');
        expect(events).toMatchObject([{ outcome: 'refused', error: 'invalid_request', client_id: null }]);
      }
      expect(spied).toEqual([]);
    });

    it('does not tell a stranger which grants there are', async () => {
      const { answer } = await ask({ grant_type: 'urn:test:no-such-grant' }, basic('caller', 'x'));
      expect(errorName(answer, dialect)).toBe('invalid_client');
    });

    it('refuses bad parameters before the grant decides', async () => {
      const { answer, events } = await ask({ ...GOOD, word: 'wrong' }, basic('caller', 's'));
      expect(errorName(answer, dialect)).toBe('invalid_request');
      expect(events).toMatchObject([{ outcome: 'refused', client_id: 'caller', reason: 'word is not the right one.' }]);
      expect(spied).toEqual(['validated']);
    });
  });
});
