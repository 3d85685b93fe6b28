import { createPublicKey, type JsonWebKey, randomUUID } from 'node:crypto';
import { type JWTPayload, SignJWT, UnsecuredJWT } from 'jose';
import { ASSERTING_ISSUER, assertionClaims, type AssertionKeys, assertionKeys } from '../harness/assertions';
import { DIALECTS, type DialectName } from '../harness/dialects';
import { errorName } from '../harness/error-shape';
import type { Answer } from '../harness/http';
import {
  ADAS_SCOPE,
  ask,
  eventsOf,
  JWT_BEARER,
  PEOPLE_WORLD,
  reasonOf,
  refresh,
  whileDisabled,
} from '../harness/people';
import { ISSUER, type Service, startService } from '../harness/service';
import { verifyToken } from '../harness/tokens';

const MAIL_ISSUER = 'https://mail.partner.test';
const now = () => Math.floor(Date.now() / 1_000);

describe('jwt-bearer', () => {
  let service: Service;
  let keys: AssertionKeys;
  let strangerKeys: AssertionKeys;

  beforeAll(async () => {
    keys = await assertionKeys();
    strangerKeys = await assertionKeys();
    const jwks = JSON.stringify({ keys: [keys.publicJwk] });
    const world = `${PEOPLE_WORLD}
trustedIssuers:
  - { issuer: "${ASSERTING_ISSUER}", org: acme, jwks: ${jwks} }
  - { issuer: "${MAIL_ISSUER}", org: beta, jwks: ${jwks}, subjectClaim: mail }
`;
    service = await startService({ world });
  });
  afterAll(() => service?.stop());

  const present = (assertion: string, dialect: DialectName = 'oauth', client = 'portal') =>
    ask(service.url, { grant_type: JWT_BEARER, assertion }, { dialect, client });

  async function expectRefusal(answer: Answer, reason: RegExp, dialect: DialectName = 'oauth'): Promise<void> {
    expect({ status: answer.status, error: errorName(answer, dialect) }).toEqual({
      status: 400,
      error: 'invalid_grant',
    });
    expect(answer.text).toContain('The assertion is not valid.');
    expect(await reasonOf(service.database, answer)).toMatch(reason);
  }

  async function subjectOf(claims: JWTPayload): Promise<unknown> {
    const answer = await present(await keys.sign(claims));
    expect(answer).toMatchObject({ status: 200 });
    return (await verifyToken(service.url, String(answer.json.access_token))).payload.sub;
  }

  describe.each(DIALECTS.filter(({ dialect }) => dialect !== 'csp'))('in $dialect', ({ dialect, path }) => {
    it('gives a login of the user who is asserted', async () => {
      const answer = await present(await keys.sign(), dialect);
      expect(answer).toMatchObject({ status: 200, json: { expires_in: 300, scope: ADAS_SCOPE } });
      const { payload } = await verifyToken(service.url, String(answer.json.access_token), dialect);
      expect(payload.sub).toBe('u-ada');
      expect((await verifyToken(service.url, String(answer.json.id_token), dialect)).payload.aud).toBe('portal');
      expect(await eventsOf(service.database, answer)).toMatchObject([
        { action: 'token.issue', outcome: 'allowed', subject: 'acme.example:u-ada', family: payload.sid },
      ]);
      expect((await refresh(service, String(answer.json.refresh_token), {}, { dialect })).status).toBe(200);
    });

    it('takes the issuer and the token endpoint of the dialect as audience', async () => {
      const issuer = { 'identity-manager': `${ISSUER}/SAAS/auth`, oauth: ISSUER, csp: ISSUER }[dialect];
      for (const aud of [issuer, `${ISSUER}${path}`, ['https://elsewhere.test', issuer]]) {
        expect((await present(await keys.sign({ aud }), dialect)).status).toBe(200);
      }
    });

    it('takes an assertion once', async () => {
      const assertion = await keys.sign();
      expect((await present(assertion, dialect)).status).toBe(200);
      const second = await present(assertion, dialect);
      expect({ status: second.status, error: errorName(second, dialect) }).toEqual({
        status: 400,
        error: 'invalid_grant',
      });
      expect(await reasonOf(service.database, second)).toMatch(/^assertion [\w-]{43} was used before$/);
    });

    it('refuses a user who is no member of the org of the issuer', async () =>
      expectRefusal(await present(await keys.sign({ sub: 'u-finn' }), dialect), /^0 members of acme/, dialect));

    it('refuses every user while the org of the issuer is disabled', async () => {
      const assertion = await keys.sign({ iss: MAIL_ISSUER, mail: 'finn' });
      const answer = await whileDisabled(service.database, 'org', 'beta', () => present(assertion, dialect));
      await expectRefusal(answer, /beta/, dialect);
    });

    it('refuses a signature of another', async () =>
      expectRefusal(await present(await strangerKeys.sign(), dialect), /signature verification failed/, dialect));

    it('is off for a client that it was not switched on for', async () => {
      const answer = await present(await keys.sign(), dialect, 'off');
      expect(errorName(answer, dialect)).toBe('unauthorized_client');
    });

    it('needs an assertion', async () =>
      expect(errorName(await present('', dialect), dialect)).toBe('invalid_request'));
  });

  it('is no grant of the csp dialect', async () =>
    expect(await present(await keys.sign(), 'csp')).toMatchObject({
      status: 400,
      json: { errorCode: 'unsupported_grant_type' },
    }));

  it.each([
    ['user id', 'u-ada', 'u-ada'],
    ['e-mail address', 'ada@acme.example', 'u-ada'],
    ['e-mail address in other letter case', 'ADA@ACME.example', 'u-ada'],
    ['user name', 'ada', 'u-ada'],
    ['user name that another domain has, too', 'bob', 'u-bob-1'],
  ])('finds the user by %s', async (_kind, sub, id) => expect(await subjectOf({ sub })).toBe(id));

  it('finds the user by the claim that the issuer is registered with', async () =>
    expect(await subjectOf({ iss: MAIL_ISSUER, mail: 'ada@acme.example', sub: 'u-finn' })).toBe('u-ada'));

  it('lets each of two issuers choose its own jti', async () => {
    const jti = randomUUID();
    await subjectOf({ jti });
    await subjectOf({ jti, iss: MAIL_ISSUER, mail: 'ada' });
  });

  it('takes an assertion once of ten that come at the same time', async () => {
    const assertion = await keys.sign();
    const answers = await Promise.all(Array.from({ length: 10 }, () => present(assertion)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array<number>(9).fill(400)]);
  });

  it('does not use up an assertion that it refuses', async () => {
    const assertion = await keys.sign();
    const form = { grant_type: JWT_BEARER, assertion };
    expect((await ask(service.url, { ...form, scope: 'root' })).status).toBe(400);
    expect((await ask(service.url, form, { client: 'off' })).status).toBe(400);
    expect((await ask(service.url, form)).status).toBe(200);
  });

  it.each<[string, () => JWTPayload, RegExp]>([
    ['another audience', () => ({ aud: 'https://elsewhere.test' }), /"aud"/],
    ['no audience', () => ({ aud: undefined }), /"aud"/],
    ['an audience that only starts like ours', () => ({ aud: `${ISSUER}.evil.test` }), /"aud"/],
    ['an issuer that is not registered', () => ({ iss: 'https://stranger.test' }), /issuer is not registered/],
    ['no issuer', () => ({ iss: undefined }), /issuer is not registered/],
    ['NUL in its issuer', () => ({ iss: `${ASSERTING_ISSUER}\0` }), /issuer is not registered/],
    ['an end that is past', () => ({ exp: now() - 40 }), /"exp"/],
    ['no end', () => ({ exp: undefined }), /"exp"/],
    ['a begin that is to come', () => ({ nbf: now() + 60 }), /"nbf"/],
    ['a life of more than a day', () => ({ exp: now() + 24 * 3_600 + 10 }), /lives longer/],
    ['a life without end', () => ({ exp: Number.MAX_VALUE }), /lives longer/],
    ['no jti', () => ({ jti: undefined }), /"jti"/],
    ['an empty jti', () => ({ jti: '' }), /jti or exp/],
    ['no subject', () => ({ sub: undefined }), /no text claim sub/],
    ['an empty subject', () => ({ sub: '' }), /no text claim sub/],
    ['NUL in its subject', () => ({ sub: 'u-ada\0' }), /no text claim sub/],
    ['a lone surrogate in its subject', () => ({ sub: '\ud800' }), /^0 members/],
    ['a subject that nobody has', () => ({ sub: 'nobody' }), /^0 members of acme/],
    ['a disabled user', () => ({ sub: 'u-eve' }), /^0 members of acme/],
    ['the user of another org', () => ({ sub: 'finn' }), /^0 members of acme/],
    ['no claim of the name registered', () => ({ iss: MAIL_ISSUER }), /no text claim mail/],
    ['a subject that two members have', () => ({ sub: 'twin@acme.example' }), /^2 members of acme/],
  ])('refuses an assertion with %s', async (_fault, claims, reason) => {
    await service.database.query(
      `UPDATE users SET email = 'twin@acme.example', email_key = 'twin@acme.example' WHERE id IN ('u-carl', 'u-gwen')`,
    );
    await expectRefusal(await present(await keys.sign(claims())), reason);
  });

  it('refuses one that is not signed', async () =>
    expectRefusal(await present(new UnsecuredJWT(assertionClaims()).encode()), /"alg"|Algorithm|JWS/i));

  it.each(['spki', 'jwk'] as const)(
    'refuses one signed with the public key as a shared secret, as %s',
    async (form) => {
      const pem = createPublicKey({ key: keys.publicJwk as JsonWebKey, format: 'jwk' }).export({
        format: 'pem',
        type: 'spki',
      });
      const secret = new TextEncoder().encode(form === 'spki' ? String(pem) : JSON.stringify(keys.publicJwk));
      const header = { alg: 'HS256', kid: keys.publicJwk.kid ?? '' };
      const forged = await new SignJWT(assertionClaims()).setProtectedHeader(header).sign(secret);
      await expectRefusal(await present(forged), /"alg"/);
    },
  );

  it('refuses one whose key is not published', async () =>
    expectRefusal(await present(await keys.sign({}, { kid: 'other' })), /no applicable key found/));

  it.each(['x', 'a.b', 'a.b.c', '..', 'e30.e30.', 'eyJhbGciOiJFUzI1NiJ9.bnVsbA.AA', 'a.b.c.d.e'])(
    'refuses %s',
    async (text) => expectRefusal(await present(text), /./),
  );
});
