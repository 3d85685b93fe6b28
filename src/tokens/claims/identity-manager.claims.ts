import type { Issuance } from '../issuance';

/** Access token of the identity-manager dialect. A client has no directory, mail address or identity provider. */
export function identityManagerAccessToken(issuance: Issuance) {
  const { issuer, client, org, scopes, audience, jti, issuedAt, expiresAt, authTime, actor, session } = issuance;
  const principal = principalOf(issuance);
  return {
    typ: 'JWT',
    claims: {
      jti,
      prn: `${principal.name}@${org.name}`,
      prn_type: principal.type,
      domain: principal.domain,
      user_id: principal.id,
      auth_time: authTime,
      iss: issuer,
      aud: audience,
      scp: scopes.join(' '),
      idp: principal.domain,
      eml: principal.email,
      cid: client.id,
      exp: expiresAt,
      iat: issuedAt,
      sub: principal.id,
      org_id: org.id,
      ...(actor === undefined ? {} : { act: actor }),
      ...(session === undefined ? {} : { sid: session.id }),
    },
  };
}

function principalOf({ subject, client }: Issuance) {
  if (subject.kind === 'client') return { name: client.id, type: 'SERVICE', domain: '', id: client.id, email: '' };
  const { username, domain, id, email } = subject.member.person;
  return { name: username, type: 'USER', domain, id, email };
}
