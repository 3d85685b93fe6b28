import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import { createPublicKey } from 'node:crypto';
import { DIALECTS } from '../harness/dialects';
import { basic, get, post } from '../harness/http';
import { ISSUER, type Service, startService } from '../harness/service';

const WORLD = `
orgs:
  - { id: acme, name: ACME }
  - { id: beta, name: Beta }
  - { id: closed, name: Closed }
clients:
  - id: worker
    org: acme
    secret: worker-secret
    grantTypes: [client_credentials]
    allowedOrgs: [beta, ghost]
    accessTokenTTL: 300
    allowedScopes:
      generalScopes: [openid, profile]
      organizationScopes: { roles: [{ name: org_member }] }
      servicesScopes: [{ serviceDefinitionId: tmc, roles: [{ name: "tmc:admin" }] }]
  - { id: elliptic, org: acme, secret: s, grantTypes: [client_credentials], signingAlg: ES256 }
  - { id: pss, org: acme, secret: s, grantTypes: [client_credentials], signingAlg: PS256 }
  - { id: edwards, org: acme, secret: s, grantTypes: [client_credentials], signingAlg: EdDSA }
`;

const KEYS = {
  csp: '/csp/gateway/am/api/auth/keys',
  'identity-manager': '/SAAS/API/1.0/REST/auth/token?attribute=publicKey&format=jwks',
  oauth: '/oauth2/jwks',
};

describe('client_credentials', () => {
  let service: Service;

  beforeAll(async () => {
    service = await startService({ world: WORLD });
  });
  afterAll(() => service?.stop());

  async function tokenFrom(path: string, form: Record<string, string> = {}, client = basic('worker', 'worker-secret')) {
    const answer = await post(service.url + path, {
      form: { grant_type: 'client_credentials', ...form },
      headers: client,
    });
    expect(answer).toMatchObject({ status: 200 });
    return answer.json;
  }

  function verify(token: unknown, dialect: keyof typeof KEYS = 'oauth') {
    return jwtVerify(String(token), createRemoteJWKSet(new URL(service.url + KEYS[dialect])));
  }

  it('answers as the csp dialect does', async () => {
    const body = await tokenFrom('/csp/gateway/am/api/auth/token');
    expect(body).toEqual({
      access_token: expect.any(String) as string,
      token_type: 'bearer',
      issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      id_token: null,
      refresh_token: null,
      expires_in: 300,
      scope: 'openid profile csp:org_member external/tmc/tmc:admin',
    });
    const { payload, protectedHeader } = await verify(body.access_token, 'csp');
    expect(protectedHeader).toMatchObject({ alg: 'RS256', kid: expect.any(String) as string });
    expect(payload).toEqual({
      iss: ISSUER,
      sub: ':worker',
      azp: 'worker',
      aud: ISSUER,
      iat: expect.any(Number) as number,
      exp: (payload.iat ?? 0) + 300,
      jti: expect.any(String) as string,
      domain: '',
      context: 'acme',
      context_name: 'acme',
      username: 'worker',
      acct: 'worker',
      scope: 'openid profile csp:org_member external/tmc/tmc:admin',
      perms: ['csp:org_member', 'external/tmc/tmc:admin'],
    });
  });

  it('answers as the identity-manager dialect does', async () => {
    const body = await tokenFrom('/SAAS/auth/oauthtoken');
    expect(body).toEqual({
      access_token: expect.any(String) as string,
      token_type: 'Bearer',
      expires_in: 300,
      scope: 'openid profile csp:org_member external/tmc/tmc:admin',
    });
    const { payload } = await verify(body.access_token, 'identity-manager');
    expect(payload).toEqual({
      jti: expect.any(String) as string,
      prn: 'worker@ACME',
      prn_type: 'SERVICE',
      domain: '',
      user_id: 'worker',
      auth_time: payload.iat,
      iss: `${ISSUER}/SAAS/auth`,
      aud: `${ISSUER}/SAAS/auth/oauthtoken`,
      scp: 'openid profile csp:org_member external/tmc/tmc:admin',
      idp: '',
      eml: '',
      cid: 'worker',
      exp: (payload.iat ?? 0) + 300,
      iat: expect.any(Number) as number,
      sub: 'worker',
      org_id: 'acme',
    });
  });

  it('answers as RFC 6749 and RFC 9068 say', async () => {
    const body = await tokenFrom('/oauth2/token');
    expect(body).toMatchObject({ token_type: 'Bearer', expires_in: 300 });
    expect(Object.keys(body).sort()).toEqual(['access_token', 'expires_in', 'scope', 'token_type']);
    const { payload, protectedHeader } = await verify(body.access_token);
    expect(protectedHeader.typ).toBe('at+jwt');
    expect(payload).toEqual({
      iss: ISSUER,
      sub: 'worker',
      aud: ISSUER,
      client_id: 'worker',
      iat: expect.any(Number) as number,
      exp: (payload.iat ?? 0) + 300,
      jti: expect.any(String) as string,
      scope: 'openid profile csp:org_member external/tmc/tmc:admin',
      org_id: 'acme',
    });
  });

  it.each([
    ['elliptic', 'ES256'],
    ['pss', 'PS256'],
    ['edwards', 'EdDSA'],
  ])('signs for %s with %s', async (id, alg) => {
    const { access_token: token } = await tokenFrom('/oauth2/token', {}, basic(id, 's'));
    expect(decodeProtectedHeader(String(token)).alg).toBe(alg);
    await expect(verify(token)).resolves.toBeDefined();
  });

  it('publishes the RSA key as PEM', async () => {
    const { access_token: token } = await tokenFrom('/csp/gateway/am/api/auth/token');
    const csp = (await get(`${service.url}/csp/gateway/am/api/auth/token-public-key`)).json;
    expect(csp).toMatchObject({ alg: 'RS256', issuer: ISSUER });
    await expect(jwtVerify(String(token), createPublicKey(String(csp.value)))).resolves.toBeDefined();
    const manager = await get(`${service.url}/SAAS/API/1.0/REST/auth/token?attribute=publicKey&format=pem`);
    expect(manager.text).toBe(csp.value);
  });

  it.each([
    '/csp/gateway/am/api/auth/token-public-key?format=xml',
    '/SAAS/API/1.0/REST/auth/token?attribute=publicKey&format=xml',
    '/SAAS/API/1.0/REST/auth/token?attribute=privateKey',
  ])('refuses %s', async (path) => expect((await get(service.url + path)).status).toBe(400));

  describe.each(DIALECTS)('$dialect', ({ dialect, path }) => {
    it('narrows to the scope asked for', async () => {
      const { scope } = await tokenFrom(path, { scope: 'profile external/tmc/tmc:admin profile' });
      expect(scope).toBe('profile external/tmc/tmc:admin');
    });

    it('treats a scope that the client lacks as the dialect does', async () => {
      const form = { grant_type: 'client_credentials', scope: 'openid root' };
      const answer = await post(service.url + path, { form, headers: basic('worker', 'worker-secret') });
      if (dialect === 'identity-manager') expect(answer.json.scope).toBe('openid');
      else expect(answer.status).toBe(400);
      if (dialect === 'csp') expect(answer.json).toMatchObject({ errorCode: 'invalid_scope', statusCode: 400 });
      if (dialect === 'oauth') expect(answer.json.error).toBe('invalid_scope');
    });

    it.each([
      ['60', 60],
      ['0060', 60],
      ['299', 299],
      ['300', 300],
      ['301', 300],
      ['0', 300],
      ['-60', 300],
      ['6e1', 300],
      ['0x10', 300],
      ['NaN', 300],
      ['', 300],
      ['99999999999', 300],
    ])('gives a lifetime of %s what the client may have', async (asked, seconds) => {
      const body = await tokenFrom(path, { accessTokenValiditySeconds: asked });
      const { payload } = await verify(body.access_token);
      expect(body.expires_in).toBe(seconds);
      expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(seconds);
    });

    it('gives a token for another org that the client is allowed for', async () => {
      const { access_token: token } = await tokenFrom(path, { orgId: 'beta' });
      const { payload } = await verify(token);
      expect({ csp: payload.context, 'identity-manager': payload.prn, oauth: payload.org_id }[dialect]).toBe(
        { csp: 'beta', 'identity-manager': 'worker@Beta', oauth: 'beta' }[dialect],
      );
    });

    it('does not tell an org that does not exist from one that is closed to the client', async () => {
      const answers = await Promise.all(
        ['closed', 'ghost', 'nowhere'].map((orgId) =>
          post(service.url + path, {
            form: { grant_type: 'client_credentials', orgId },
            headers: { ...basic('worker', 'worker-secret'), 'X-Request-Id': 'same' },
          }),
        ),
      );
      expect(answers.map(({ status }) => status)).toEqual(Array(3).fill(dialect === 'csp' ? 404 : 400));
      expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    });

    it('commits an event for the token before it answers', async () => {
      const { access_token: token } = await tokenFrom(path);
      const { payload } = await verify(token);
      const events = await service.database.query('SELECT * FROM audit_events WHERE jti = $1', [payload.jti]);
      expect(events).toMatchObject([
        {
          action: 'token.issue',
          outcome: 'allowed',
          dialect,
          grant_type: 'client_credentials',
          client_id: 'worker',
          subject: ':worker',
          org_id: 'acme',
        },
      ]);
    });
  });
});
