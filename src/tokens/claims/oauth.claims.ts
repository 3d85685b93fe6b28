import type { Issuance } from '../issuance';

/** Access token of the oauth dialect: RFC 9068 section 2, and the org. */
export function oauthAccessToken(issuance: Issuance) {
  const { issuer, client, subject, org, scopes, resourceScopes, audience, jti } = issuance;
  const { issuedAt, expiresAt, authTime, actor, session } = issuance;
  return {
    typ: 'at+jwt',
    claims: {
      iss: issuer,
      sub: subject.kind === 'client' ? client.id : subject.member.person.id,
      aud: audience,
      client_id: client.id,
      iat: issuedAt,
      exp: expiresAt,
      jti,
      scope: scopes.join(' '),
      org_id: org.id,
      ...(resourceScopes === undefined ? {} : { services_scopes: resourceScopes }),
      ...(actor === undefined ? {} : { act: actor }),
      ...(session === undefined ? {} : { sid: session.id, auth_time: authTime }),
    },
  };
}
