import type { Issuance } from '../issuance';

/** Access token of the identity-manager dialect. A client has no directory, mail address or identity provider. */
export function identityManagerAccessToken(issuance: Issuance) {
  const { issuer, client, org, scopes, audience, jti, issuedAt, expiresAt } = issuance;
  return {
    typ: 'JWT',
    claims: {
      jti,
      prn: `${client.id}@${org.name}`,
      prn_type: 'SERVICE',
      domain: '',
      user_id: client.id,
      auth_time: issuedAt,
      iss: issuer,
      aud: audience,
      scp: scopes.join(' '),
      idp: '',
      eml: '',
      cid: client.id,
      exp: expiresAt,
      iat: issuedAt,
      sub: client.id,
    },
  };
}
