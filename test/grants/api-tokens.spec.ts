import { createHash } from 'node:crypto';
import { decodeJwt } from 'jose';
import { type Answer, post, send } from '../harness/http';
import { eventsOf, PEOPLE_WORLD, reasonOf, whileDisabled } from '../harness/people';
import { ISSUER, type Service, startService } from '../harness/service';
import { verifyToken } from '../harness/tokens';

const AUTHORIZE = '/csp/gateway/am/api/auth/api-tokens/authorize';
const DETAILS = '/csp/gateway/am/api/auth/api-tokens/details';
const ADAS = 'adas-api-token-0123456789';
const NARROW = 'narrow-api-token-0123456789';
const BETAS = 'adas-api-token-for-beta';
const EXPIRED = 'expired-api-token-0123456789';
const SHORT = 'short-lived-api-token-0123456789';
const DEACTIVATED = 'deactivated-api-token-0123456789';
const EVES = 'eves-api-token-0123456789';
const UNKNOWN = 'unknown-api-token-0123456789';

const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1_000).toISOString();

const WORLD = `${PEOPLE_WORLD}
apiTokens:
  - { user: 'acme.example\\ada', org: acme, name: all, token: ${ADAS} }
  - { user: 'acme.example\\ada', org: acme, name: narrow, token: ${NARROW}, scopes: ["csp:org_owner", "csp:org_admin"] }
  - { user: 'acme.example\\ada', org: beta, name: in beta, token: ${BETAS} }
  - { user: 'acme.example\\ada', org: acme, name: expired, token: ${EXPIRED}, expiresAt: "2020-01-01T00:00:00Z" }
  - { user: 'acme.example\\ada', org: acme, name: short, token: ${SHORT}, expiresAt: "${inSeconds(600)}" }
  - { user: 'acme.example\\ada', org: acme, name: deactivated, token: ${DEACTIVATED} }
  - { user: 'acme.example\\eve', org: acme, name: of eve, token: ${EVES} }
`;

describe('api-tokens', () => {
  let service: Service;

  beforeAll(async () => {
    service = await startService({ world: WORLD });
    await service.database.query("UPDATE api_tokens SET deactivated_at = now() WHERE name = 'deactivated'");
  });
  afterAll(() => service?.stop());

  const sendJson = (path: string, body: unknown, headers: Record<string, string> = {}) =>
    send(service.url + path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
  const authorize = (form: Record<string, string>, requestId = '') =>
    post(service.url + AUTHORIZE, { form, headers: requestId === '' ? {} : { 'X-Request-Id': requestId } });

  const REFUSED: [string, string][] = [
    ['is unknown', UNKNOWN],
    ['has expired', EXPIRED],
    ['is deactivated', DEACTIVATED],
    ['belongs to a disabled user', EVES],
  ];
  const invalid = { errorCode: 'invalid_refresh_token', message: 'invalid_grant: Invalid refresh token.' };

  function expectRefusal(answer: Answer): void {
    expect(answer).toMatchObject({
      status: 400,
      json: { ...invalid, cspErrorCode: '540.120-340.800', statusCode: 400 },
    });
  }

  describe('authorize', () => {
    it('gives an access token that is as good as any other', async () => {
      const { json } = await authorize({ api_token: ADAS });
      const answer = await send(`${service.url}/csp/gateway/am/api/userinfo`, {
        headers: { 'csp-auth-token': String(json.access_token) },
      });
      expect(answer).toMatchObject({ status: 200, json: { sub: 'acme.example:u-ada', acct: 'Ada@acme.example' } });
    });

    it('gives an access token of the owner and echoes the API token', async () => {
      const { status, json, headers } = await authorize({ api_token: ADAS });
      expect(status).toBe(200);
      expect(headers.get('cache-control')).toBe('no-store');
      const scope = 'openid csp:org_owner external/tmc/tmc:admin';
      expect(json).toEqual({
        access_token: expect.any(String) as string,
        token_type: 'bearer',
        issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
        id_token: null,
        refresh_token: ADAS,
        expires_in: expect.any(Number) as number,
        scope,
      });
      const { payload } = await verifyToken(service.url, String(json.access_token), 'csp');
      expect(payload).toMatchObject({
        iss: ISSUER,
        sub: 'acme.example:u-ada',
        aud: ISSUER,
        domain: 'acme.example',
        context: 'acme',
        context_name: 'acme',
        username: 'ada',
        acct: 'Ada@acme.example',
        perms: ['csp:org_owner', 'external/tmc/tmc:admin'],
        exp: (payload.iat ?? 0) + Number(json.expires_in),
      });
    });

    it('is for the org of the API token', async () => {
      const { json } = await authorize({ api_token: BETAS });
      expect(decodeJwt(String(json.access_token))).toMatchObject({ context: 'beta', perms: ['csp:org_member'] });
    });

    it.each(['api_token', 'refresh_token'])('takes the token as %s, from a form and from JSON', async (name) => {
      for (const answer of [await authorize({ [name]: ADAS }), await sendJson(AUTHORIZE, { [name]: ADAS })]) {
        expect(answer).toMatchObject({ status: 200, json: { refresh_token: ADAS } });
      }
    });

    it.each(['refresh_token', 'api_token', 'client_credentials', 'password', 'urn:made:up', ''])(
      'does not care for the grant_type %p',
      async (grant_type) => {
        expect((await authorize({ api_token: ADAS, grant_type })).status).toBe(200);
        expect((await sendJson(AUTHORIZE, { refresh_token: ADAS, grant_type })).status).toBe(200);
      },
    );

    it('takes a token for ever, in parallel requests too', async () => {
      const answers = await Promise.all(Array.from({ length: 10 }, () => authorize({ refresh_token: ADAS })));
      expect(answers.map(({ status, json }) => [status, json.refresh_token])).toEqual(Array(10).fill([200, ADAS]));
    });

    it('gives no more than the scopes of the API token that its owner has', async () =>
      expect((await authorize({ api_token: NARROW })).json.scope).toBe('csp:org_owner'));

    it.each([
      [ADAS, 'csp:org_owner', 'csp:org_owner'],
      [ADAS, 'csp:org_owner csp:org_admin', 'csp:org_owner'],
      [NARROW, 'external/tmc/tmc:admin csp:org_owner', 'csp:org_owner'],
    ])('narrows %s to the scope %s', async (api_token, scope, granted) =>
      expect((await authorize({ api_token, scope })).json.scope).toBe(granted),
    );

    it('gives an access token that expires no later than the API token', async () => {
      const { json } = await authorize({ api_token: SHORT });
      expect(json.expires_in).toBeLessThanOrEqual(600);
      expect(json.expires_in).toBeGreaterThan(500);
    });

    it('gives a shorter life if asked for', async () =>
      expect((await authorize({ api_token: ADAS, accessTokenValiditySeconds: '60' })).json.expires_in).toBe(60));

    it.each(REFUSED)('refuses a token that %s', async (_what, api_token) => {
      expectRefusal(await authorize({ api_token }));
      expectRefusal(await sendJson(AUTHORIZE, { refresh_token: api_token }));
    });

    it('refuses all of them with the same bytes', async () => {
      const answers = await Promise.all(REFUSED.map(([, api_token]) => authorize({ api_token }, 'same')));
      expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    });

    it('refuses a token while its org is disabled', async () =>
      expectRefusal(await whileDisabled(service.database, 'org', 'beta', () => authorize({ api_token: BETAS }))));

    it('refuses a request without a token', async () =>
      expect(await authorize({})).toMatchObject({ status: 400, json: { errorCode: 'invalid_request' } }));

    it('commits an event that names the owner before it answers', async () => {
      const answer = await authorize({ api_token: ADAS });
      expect(await eventsOf(service.database, answer)).toMatchObject([
        {
          action: 'token.issue',
          outcome: 'allowed',
          dialect: 'csp',
          grant_type: 'api_token',
          subject: 'acme.example:u-ada',
          org_id: 'acme',
          jti: decodeJwt(String(answer.json.access_token)).jti,
        },
      ]);
    });

    it('says in the audit trail why it refused', async () => {
      expect(await reasonOf(service.database, await authorize({ api_token: EXPIRED }))).toContain('expired');
      expect(await reasonOf(service.database, await authorize({ api_token: EVES }))).toContain('disabled');
    });
  });

  describe('details', () => {
    it('tells what is known of a token', async () => {
      await authorize({ api_token: NARROW });
      const { status, json, headers } = await sendJson(DETAILS, { tokenValue: NARROW });
      expect(status).toBe(200);
      expect(headers.get('cache-control')).toBe('no-store');
      const now = Date.now() / 1_000;
      expect(json).toEqual({
        tokenId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
        tokenName: 'narrow',
        userId: 'u-ada',
        username: 'ada',
        acct: 'Ada@acme.example',
        domain: 'acme.example',
        orgId: 'acme',
        createdAt: expect.any(Number) as number,
        expiresAt: null,
        lastUsedAt: expect.any(Number) as number,
        scopes: ['csp:org_owner', 'csp:org_admin'],
      });
      for (const time of [json.createdAt, json.lastUsedAt]) {
        expect(Number.isInteger(time)).toBe(true);
        expect(Math.abs(now - Number(time))).toBeLessThan(60);
      }
    });

    it('tells when a token expires, and that it was never used', async () => {
      await service.database.query("UPDATE api_tokens SET last_used_at = NULL WHERE name = 'short'");
      const { json } = await sendJson(DETAILS, { tokenValue: SHORT });
      expect(json).toMatchObject({ lastUsedAt: null, scopes: null });
      expect(Math.abs(Number(json.expiresAt) - Date.now() / 1_000 - 600)).toBeLessThan(60);
    });

    it.each(REFUSED)('tells nothing of a token that %s', async (_what, tokenValue) =>
      expectRefusal(await sendJson(DETAILS, { tokenValue })),
    );

    it('takes JSON only', async () =>
      expect((await post(service.url + DETAILS, { form: { tokenValue: ADAS } })).status).toBe(415));

    it.each([{}, { tokenValue: '' }, { tokenValue: null }, { tokenValue: [ADAS] }, { tokenValue: {} }, []])(
      'refuses %j',
      async (body) =>
        expect(await sendJson(DETAILS, body)).toMatchObject({ status: 400, json: { errorCode: 'invalid_request' } }),
    );
  });

  it('stores no token in the clear, nor as a hash that anybody could make', async () => {
    await authorize({ api_token: ADAS });
    const digest = createHash('sha256').update(ADAS);
    const forms = [ADAS, digest.copy().digest('hex'), digest.copy().digest('base64url')];
    for (const table of ['api_tokens', 'audit_events', 'refresh_tokens']) {
      for (const form of forms) {
        const sql = `SELECT 1 FROM ${table} AS line WHERE line::text LIKE $1`;
        expect(await service.database.query(sql, [`%${form}%`])).toEqual([]);
      }
    }
  });
});
