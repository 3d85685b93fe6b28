import type { Actor, DialectName } from '@gatehouse/grant-sdk';
import fc from 'fast-check';
import { clientRegistrationSchema } from '../../clients/client-registration';
import { clientColumns } from '../../clients/client-columns';
import type { Client } from '../../clients/client';
import type { Issuance, IssuedSubject } from '../issuance';
import type { SessionPlan } from '../session-plan';
import { cspAccessToken } from './csp.claims';
import { idToken } from './id-token.claims';
import { identityManagerAccessToken } from './identity-manager.claims';
import { oauthAccessToken } from './oauth.claims';
import { readAccessToken } from './read-access-token';

const FUNCTIONS = [
  ['csp', cspAccessToken],
  ['identity-manager', identityManagerAccessToken],
  ['oauth', oauthAccessToken],
] as const satisfies [DialectName, unknown][];

const NOW = 1_795_000_000;

function clientOf(id: string, orgId: string): Client {
  const columns = clientColumns(clientRegistrationSchema.parse({ id }), orgId);
  const org = { id: orgId, name: orgId.toUpperCase() };
  return { ...columns, org };
}

// As the seed file's schema allows them.
const id = fc.stringMatching(/^[A-Za-z0-9._:-]{1,12}$/);
const clientId = fc.stringMatching(/^[A-Za-z0-9_-]{1,12}$/);
const domain = fc.stringMatching(/^[A-Za-z0-9._-]{1,12}$/);
const scopes = fc.uniqueArray(fc.constantFrom('openid', 'csp:org_owner', 'external/tmc/tmc:admin', 'profile'));
const actor = fc.option(
  fc.letrec<{ actor: Actor }>((tie) => ({
    actor: fc.oneof({ maxDepth: 3 }, fc.record({ sub: id }), fc.record({ sub: id, act: tie('actor') })),
  })).actor,
  { nil: undefined },
);

const user: fc.Arbitrary<IssuedSubject> = fc.record({ id, domain, orgId: id }).map((one) => ({
  kind: 'user',
  member: {
    person: {
      id: one.id,
      domain: one.domain,
      username: `name of ${one.id}`,
      email: 'ada@acme.example',
      givenName: 'Ada',
      familyName: 'Lovelace',
      defaultOrgId: one.orgId,
      platformPermissions: [],
    },
    org: { id: one.orgId, name: one.orgId },
    permissions: [],
    serviceRoles: [],
  },
}));

function issuances(subject: fc.Arbitrary<IssuedSubject>): fc.Arbitrary<Issuance> {
  const session: SessionPlan = { kind: 'join', id: '0b0f4a52-5f0d-4f3c-8a4f-3f5d1d3c2b1a', refreshToken: undefined };
  return fc
    .record({
      subject,
      orgId: id,
      clientId,
      actor,
      scopes,
      session: fc.constantFrom(undefined, session),
      seconds: fc.integer({ min: 1, max: 2_147_483_647 }),
      resourceScopes: fc.constantFrom(undefined, [], [{ serviceDefinitionId: 'tmc', permissions: [] }]),
    })
    .map(({ orgId, clientId: ofClient, seconds, ...one }) => ({
      ...one,
      dialect: 'csp',
      issuer: 'https://id.test',
      userinfoEndpoint: 'https://id.test/userinfo',
      client: clientOf(ofClient, orgId),
      org: { id: orgId, name: 'ORG' },
      loginScopes: one.scopes,
      audience: 'https://id.test',
      jti: '57c0c5c5-4f5e-4a55-9f0a-0b7f2d1d2e3f',
      idTokenJti: '57c0c5c5-4f5e-4a55-9f0a-0b7f2d1d2e3f',
      issuedAt: NOW,
      expiresAt: NOW + seconds,
      // Only a login has a moment that is not now.
      authTime: one.session === undefined ? NOW : NOW - 500,
      issue: 'access_token',
      nonce: undefined,
      exchange: false,
      groups: undefined,
    }));
}

/** As it comes out of a JWT. */
function overTheWire(claims: object): object {
  return JSON.parse(JSON.stringify(claims)) as object;
}

describe.each(FUNCTIONS)('readAccessToken after the claims of %s', (dialect, claimsOf) => {
  function expectInverse(issuance: Issuance): void {
    const { typ, claims } = claimsOf({ ...issuance, dialect });
    const { subject, client, org, actor: act, session } = issuance;
    const subjectId = subject.kind === 'user' ? subject.member.person.id : client.id;
    expect(readAccessToken(overTheWire(claims), typ)).toEqual({
      jti: issuance.jti,
      clientId: client.id,
      subject: { kind: subject.kind, id: subjectId },
      orgId: org.id,
      scopes: issuance.scopes,
      issuedAt: new Date(issuance.issuedAt * 1_000),
      expiresAt: new Date(issuance.expiresAt * 1_000),
      authTime: new Date(issuance.authTime * 1_000),
      ...(act === undefined ? {} : { actor: act }),
      ...(session === undefined ? {} : { session: session.id }),
    });
  }

  it('tells what the token was issued with, for any client', () => {
    fc.assert(fc.property(issuances(fc.constant({ kind: 'client' })), expectInverse));
  });

  it('tells what the token was issued with, for any user', () => {
    const ofUsers = issuances(user).filter(
      // A user never has the id of a client.
      ({ subject, client }) => subject.kind === 'user' && subject.member.person.id !== client.id,
    );
    fc.assert(fc.property(ofUsers, expectInverse));
  });

  it.each(['azp', 'cid', 'client_id', 'sub', 'scope', 'scp', 'context', 'org_id', 'jti', 'exp', 'iat', 'perms'])(
    'takes no token that lost its %s',
    (name) => {
      const [issuance] = fc.sample(issuances(user), 1);
      if (issuance === undefined) throw new Error('no sample');
      const { typ, claims } = claimsOf({ ...issuance, dialect });
      const { [name]: lost, ...rest } = overTheWire(claims) as Record<string, unknown>;
      if (lost === undefined) expect(readAccessToken(rest, typ)).toBeDefined();
      else expect(readAccessToken(rest, typ)).toBeUndefined();
    },
  );

  it('takes no ID token of any user, whatever the header says it is', () => {
    const issues = fc.constantFrom('id_token' as const, 'access_token and id_token' as const);
    fc.assert(
      fc.property(issuances(user), issues, fc.boolean(), (issuance, issue, capped) => {
        const groups = { listed: [], total: capped ? 3 : 0 };
        const { typ, claims } = idToken({ ...issuance, dialect, issue, groups }, 'half-of-a-hash');
        for (const header of [typ, 'at+jwt', undefined]) {
          expect(readAccessToken(overTheWire(claims), header)).toBeUndefined();
        }
      }),
    );
  });
});

describe('readAccessToken', () => {
  it('tells a user of a domain from a client, whatever names the seed file takes', () => {
    // `sub` of the csp dialect is `<domain>:<user id>`, and `:<client id>`.
    const csp = { jti: 'j', iat: NOW, exp: NOW + 1, azp: 'app', context: 'acme', scope: '', perms: [] };
    expect(readAccessToken({ ...csp, sub: 'acme.example:ada:1' }, 'JWT')?.subject).toEqual({
      kind: 'user',
      id: 'ada:1',
    });
    expect(readAccessToken({ ...csp, sub: ':app' }, 'JWT')?.subject).toEqual({ kind: 'client', id: 'app' });
  });

  it('takes nothing else that is signed', () => {
    fc.assert(
      fc.property(fc.object(), fc.constantFrom('at+jwt', 'JWT', undefined), (claims, typ) => {
        expect(readAccessToken(claims, typ)).toBeUndefined();
      }),
    );
  });
});
