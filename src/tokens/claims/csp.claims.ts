import { isPermission } from '../../clients/allowed-scopes';
import type { Issuance } from '../issuance';
import { subjectName } from '../subject-name';

/** Access token of the csp dialect. A client's `sub` has an empty domain before the colon. */
export function cspAccessToken({ issuer, client, org, scopes, audience, jti, issuedAt, expiresAt }: Issuance) {
  return {
    typ: 'JWT',
    claims: {
      iss: issuer,
      sub: subjectName({ client }),
      azp: client.id,
      aud: audience,
      iat: issuedAt,
      exp: expiresAt,
      jti,
      domain: '',
      context: org.id,
      context_name: org.id,
      username: client.id,
      acct: client.id,
      perms: scopes.filter(isPermission),
    },
  };
}
