import { createHash } from 'node:crypto';
import { DIALECTS, type DialectName } from '../harness/dialects';
import { errorName } from '../harness/error-shape';
import { type Answer } from '../harness/http';
import { ADAS_SCOPE, eventsOf, logIn, PEOPLE_WORLD, reasonOf } from '../harness/people';
import { ISSUER, type Service, startService } from '../harness/service';
import { verifyToken } from '../harness/tokens';

const anyNumber = expect.any(Number) as number;
const anyText = expect.stringMatching(/./) as string;

describe('password', () => {
  let service: Service;

  beforeAll(async () => {
    service = await startService({ world: PEOPLE_WORLD });
  });
  afterAll(() => service?.stop());

  async function claimsOf(answer: Answer, dialect: DialectName, token: 'access_token' | 'id_token' = 'access_token') {
    expect(answer).toMatchObject({ status: 200 });
    return (await verifyToken(service.url, String(answer.json[token]), dialect)).payload;
  }

  it('answers as the csp dialect does', async () => {
    const answer = await logIn(service, {}, { dialect: 'csp' });
    expect(answer.json).toEqual({
      access_token: anyText,
      token_type: 'bearer',
      issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      id_token: anyText,
      refresh_token: expect.stringMatching(/^[A-Za-z0-9_-]{64}$/) as string,
      expires_in: 300,
      scope: ADAS_SCOPE,
    });
    const claims = await claimsOf(answer, 'csp');
    expect(claims).toEqual({
      iss: ISSUER,
      sub: 'acme.example:u-ada',
      azp: 'portal',
      aud: ISSUER,
      iat: anyNumber,
      exp: (claims.iat ?? 0) + 300,
      jti: anyText,
      domain: 'acme.example',
      context: 'acme',
      context_name: 'acme',
      username: 'ada',
      acct: 'Ada@acme.example',
      scope: ADAS_SCOPE,
      perms: ['csp:org_owner', 'external/tmc/tmc:admin'],
      sid: anyText,
      auth_time: claims.iat,
    });
  });

  it('answers as the identity-manager dialect does', async () => {
    const answer = await logIn(service, {}, { dialect: 'identity-manager' });
    expect(answer.json).toEqual({
      access_token: anyText,
      token_type: 'Bearer',
      id_token: anyText,
      refresh_token: anyText,
      expires_in: 300,
      scope: ADAS_SCOPE,
    });
    const claims = await claimsOf(answer, 'identity-manager');
    expect(claims).toEqual({
      jti: anyText,
      prn: 'ada@ACME',
      prn_type: 'USER',
      domain: 'acme.example',
      user_id: 'u-ada',
      auth_time: claims.iat,
      iss: `${ISSUER}/SAAS/auth`,
      aud: `${ISSUER}/SAAS/auth/oauthtoken`,
      scp: ADAS_SCOPE,
      idp: 'acme.example',
      eml: 'Ada@acme.example',
      cid: 'portal',
      exp: (claims.iat ?? 0) + 300,
      iat: anyNumber,
      sub: 'u-ada',
      org_id: 'acme',
      sid: anyText,
    });
  });

  it('answers as RFC 9068 says', async () => {
    const answer = await logIn(service);
    expect(answer.json).toMatchObject({ token_type: 'Bearer', expires_in: 300, scope: ADAS_SCOPE });
    const claims = await claimsOf(answer, 'oauth');
    expect(claims).toEqual({
      iss: ISSUER,
      sub: 'u-ada',
      aud: ISSUER,
      client_id: 'portal',
      iat: anyNumber,
      exp: (claims.iat ?? 0) + 300,
      jti: anyText,
      scope: ADAS_SCOPE,
      org_id: 'acme',
      sid: anyText,
      auth_time: claims.iat,
    });
  });

  it.each([
    ['csp', ISSUER, 'acme.example:u-ada'],
    ['identity-manager', `${ISSUER}/SAAS/auth`, 'u-ada'],
    ['oauth', ISSUER, 'u-ada'],
  ] as const)('gives an ID token in %s', async (dialect, iss, sub) => {
    const answer = await logIn(service, {}, { dialect });
    const digest = createHash('sha256').update(String(answer.json.access_token)).digest();
    expect(await claimsOf(answer, dialect, 'id_token')).toMatchObject({
      iss,
      sub,
      aud: 'portal',
      azp: 'portal',
      email: 'Ada@acme.example',
      email_verified: true,
      given_name: 'Ada',
      family_name: 'Lovelace',
      group_ids: ['g-5', 'g-4', 'g-3', 'g-2', 'g-1'],
      group_names: ['alpha', 'bravo', 'charlie', 'delta', 'echo'],
      at_hash: digest.subarray(0, 16).toString('base64url'),
      auth_time: (await claimsOf(answer, dialect)).auth_time,
    });
  });

  it.each([
    ['roller', 'ES256', 'sha256'],
    ['edwards', 'EdDSA', 'sha512'],
  ])('ties the ID token of %s, which is signed with %s, to its access token by %s', async (client, alg, hash) => {
    const answer = await logIn(service, {}, { client });
    const { payload, protectedHeader } = await verifyToken(service.url, String(answer.json.id_token));
    const digest = createHash(hash).update(String(answer.json.access_token)).digest();
    expect(protectedHeader.alg).toBe(alg);
    expect(payload.at_hash).toBe(digest.subarray(0, digest.length / 2).toString('base64url'));
  });

  describe.each(DIALECTS)('$dialect', ({ dialect }) => {
    it('gives no ID token without openid', async () => {
      const { status, json } = await logIn(service, { scope: 'profile' }, { dialect });
      expect({ status, scope: json.scope }).toEqual({ status: 200, scope: 'profile' });
      expect(json.id_token).toBe(dialect === 'csp' ? null : undefined);
    });

    it('gives no refresh token to a client without that grant', async () => {
      const { status, json } = await logIn(service, {}, { dialect, client: 'brief' });
      expect(status).toBe(200);
      expect(json.refresh_token).toBe(dialect === 'csp' ? null : undefined);
    });

    it('gives a token for another org of the user, with what it may there', async () => {
      const answer = await logIn(service, { orgId: 'beta' }, { dialect });
      const claims = await claimsOf(answer, dialect);
      expect(answer.json.scope).toBe('openid profile csp:org_member');
      expect({ csp: claims.context, 'identity-manager': claims.prn, oauth: claims.org_id }[dialect]).toBe(
        { csp: 'beta', 'identity-manager': 'ada@Beta', oauth: 'beta' }[dialect],
      );
    });

    it('does not tell an org that does not exist from one that the user is not in', async () => {
      const requestId = `org-${dialect}`;
      const answers = [
        await logIn(service, { orgId: 'closed' }, { dialect, requestId }),
        await logIn(service, { orgId: 'nowhere' }, { dialect, requestId }),
      ];
      expect(answers.map(({ status }) => status)).toEqual(Array(2).fill(dialect === 'csp' ? 404 : 400));
      expect(answers[0]?.text).toBe(answers[1]?.text);
    });

    it('needs the domain of a name that two domains have, and says so to who knows the password', async () => {
      const bob = { username: 'bob', domain: '', password: 'bob-password' };
      const ambiguous = await logIn(service, bob, { dialect });
      expect(ambiguous.status).toBe(dialect === 'csp' ? 409 : 400);
      expect(errorName(ambiguous, dialect)).toBe(dialect === 'csp' ? 'conflict' : 'invalid_request');
      const wrong = await logIn(service, { ...bob, password: 'wrong' }, { dialect });
      expect({ status: wrong.status, error: errorName(wrong, dialect) }).toEqual({
        status: 400,
        error: 'invalid_grant',
      });
      for (const [domain, id] of [
        ['acme.example', 'u-bob-1'],
        ['beta.example', 'u-bob-2'],
      ] as const) {
        const answer = await logIn(service, { ...bob, domain }, { dialect });
        expect((await claimsOf(answer, dialect)).sub).toBe(dialect === 'csp' ? `${domain}:${id}` : id);
      }
    });

    it('finds a name that one domain has without its domain, whatever its letter case', async () => {
      const answer = await logIn(service, { username: 'ADA', domain: '' }, { dialect });
      expect((await claimsOf(answer, dialect)).sub).toMatch(/u-ada$/);
    });

    it.each(['acme.example\\bob', 'ACME.example\\BOB', 'bob@acme.example'])(
      'finds the domain in the name %s, as the login page does, where none is sent',
      async (username) => {
        const bob = { username, password: 'bob-password' };
        const answer = await logIn(service, { ...bob, domain: '' }, { dialect });
        expect((await claimsOf(answer, dialect)).sub).toMatch(/u-bob-1$/);
        const elsewhere = await logIn(service, { ...bob, domain: 'beta.example' }, { dialect });
        expect(errorName(elsewhere, dialect)).toBe('invalid_grant');
      },
    );

    it('is off for a client that it was not switched on for', async () => {
      const answer = await logIn(service, {}, { dialect, client: 'off' });
      expect({ status: answer.status, error: errorName(answer, dialect) }).toEqual({
        status: 400,
        error: 'unauthorized_client',
      });
    });

    it.each(['username', 'password'])('needs %s', async (name) => {
      const answer = await logIn(service, { [name]: '' }, { dialect });
      expect({ status: answer.status, error: errorName(answer, dialect) }).toEqual({
        status: 400,
        error: 'invalid_request',
      });
      expect(await reasonOf(service.database, answer)).toContain(name);
    });

    it('commits an event that names user, org and login before it answers', async () => {
      const answer = await logIn(service, {}, { dialect });
      const { sid } = await claimsOf(answer, dialect);
      expect(await eventsOf(service.database, answer)).toMatchObject([
        { action: 'token.issue', outcome: 'allowed', subject: 'acme.example:u-ada', org_id: 'acme', family: sid },
      ]);
    });
  });
});
