import type { Issuance } from '../issuance';
import { cspIdentity } from './csp.claims';
import { personClaims } from './person.claims';

/**
 * ID token: OpenID Connect Core section 2. The dialects differ in how they name the subject.
 * @param atHash of the access token beside it (section 3.1.3.6)
 */
export function idToken(issuance: Issuance, atHash: string | undefined) {
  const { dialect, subject, client, issue, audience, jti, idTokenJti, authTime, session, actor, nonce } = issuance;
  if (subject.kind !== 'user') throw new Error('An ID token says who a user is.');
  const { person } = subject.member;
  return {
    typ: 'JWT',
    claims: {
      ...(dialect === 'csp' ? cspIdentity(issuance) : standardIdentity(issuance, person.id)),
      aud: issue === 'id_token' ? audience : client.id,
      azp: client.id,
      jti: issue === 'id_token' ? jti : idTokenJti,
      auth_time: authTime,
      ...personClaims(person),
      ...groupClaims(issuance),
      ...(atHash === undefined ? {} : { at_hash: atHash }),
      ...(nonce === undefined ? {} : { nonce }),
      ...(actor === undefined ? {} : { act: actor }),
      ...(session === undefined ? {} : { sid: session.id }),
    },
  };
}

function standardIdentity({ issuer, issuedAt, expiresAt, org }: Issuance, userId: string) {
  return { iss: issuer, sub: userId, iat: issuedAt, exp: expiresAt, org_id: org.id };
}

/** All groups, or the first ones with a pointer to the rest: distributed claims (OpenID Connect Core section 5.6.2). */
function groupClaims({ groups, userinfoEndpoint }: Issuance) {
  if (groups === undefined) return {};
  const listed = {
    group_ids: groups.listed.map(({ id }) => id),
    group_names: groups.listed.map(({ name }) => name),
  };
  if (groups.listed.length === groups.total) return listed;
  return {
    ...listed,
    group_count: groups.total,
    _claim_names: { group_ids: 'userinfo', group_names: 'userinfo' },
    _claim_sources: { userinfo: { endpoint: userinfoEndpoint } },
  };
}
