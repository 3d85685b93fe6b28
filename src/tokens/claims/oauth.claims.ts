import type { Issuance } from '../issuance';

/** Access token of the oauth dialect: RFC 9068 section 2, and the org. */
export function oauthAccessToken({ issuer, client, org, scopes, audience, jti, issuedAt, expiresAt }: Issuance) {
  return {
    typ: 'at+jwt',
    claims: {
      iss: issuer,
      sub: client.id,
      aud: audience,
      client_id: client.id,
      iat: issuedAt,
      exp: expiresAt,
      jti,
      scope: scopes.join(' '),
      org_id: org.id,
    },
  };
}
