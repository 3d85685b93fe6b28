import { isPermission, servicePermission } from '../../services/permission-names';
import type { Issuance } from '../issuance';
import { subjectName } from '../subject-name';

/** Access token of the csp dialect. A client's `sub` has an empty domain before the colon. */
export function cspAccessToken(issuance: Issuance) {
  const { client, scopes, resourceScopes, audience, jti, actor, authTime, session } = issuance;
  return {
    typ: 'JWT',
    claims: {
      ...cspIdentity(issuance),
      azp: client.id,
      aud: audience,
      jti,
      scope: scopes.join(' '),
      perms: [
        ...scopes.filter(isPermission),
        ...(resourceScopes ?? []).flatMap(({ serviceDefinitionId, permissions }) =>
          permissions.map(({ permissionId }) => servicePermission(serviceDefinitionId, permissionId)),
        ),
      ],
      ...(resourceScopes === undefined ? {} : { servicesScopes: resourceScopes }),
      ...(actor === undefined ? {} : { act: actor }),
      ...(session === undefined ? {} : { sid: session.id, auth_time: authTime }),
    },
  };
}

/** Who it is about, where and for how long: what access and ID tokens of the dialect both say. */
export function cspIdentity({ issuer, issuedAt, expiresAt, org, subject, client }: Issuance) {
  const { domain, username, acct } =
    subject.kind === 'client'
      ? { domain: '', username: client.id, acct: client.id }
      : { ...subject.member.person, acct: subject.member.person.email };
  return {
    iss: issuer,
    sub: subjectName({ subject, client }),
    iat: issuedAt,
    exp: expiresAt,
    domain,
    context: org.id,
    context_name: org.id,
    username,
    acct,
  };
}
