import type { GrantDecision } from '@gatehouse/grant-sdk';
import { allowsScope, scopeNames } from '../clients/allowed-scopes';
import type { Client } from '../clients/client';
import { isPermission } from '../services/permission-names';
import type { IssuedSubject } from '../tokens/issuance';
import { narrowScopes } from '../tokens/scopes';
import type { Dialect } from './dialect';

/**
 * Client ∩ subject ∩ asked for ∩ grant.
 * @param asked the `scope` parameter
 * @throws {GatehouseError} `invalid_scope`
 */
export function grantedScopes(
  { scopes: ceiling, permissionsAnew = false, session }: Pick<GrantDecision, 'scopes' | 'permissionsAnew' | 'session'>,
  subject: IssuedSubject,
  { allowedScopes }: Client,
  asked: string | undefined,
  { unknownScope }: Dialect,
): string[] {
  const held =
    subject.kind === 'client'
      ? scopeNames(allowedScopes)
      : [
          ...allowedScopes.generalScopes,
          ...subject.member.permissions.filter((scope) => allowsScope(allowedScopes, scope)),
        ];
  return narrowScopes({
    asked,
    available: held,
    clientAllows: (scope) => allowsScope(allowedScopes, scope),
    unknown: unknownScope,
    grantAllows: (scope) =>
      ceiling === undefined || ceiling.includes(scope) || (permissionsAnew && isPermission(scope)),
    // RFC 6749 section 6: a refresh must not ask for a scope that was not granted at the login.
    beyondGrant: session?.kind === 'continue' ? 'refuse' : 'ignore',
  });
}
