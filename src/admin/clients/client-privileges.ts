import { Injectable } from '@nestjs/common';
import { ORG_ROLES } from '../../access/access.decorator';
import type { Caller } from '../../access/caller';
import { mayIntrospectAll, scopeNames } from '../../clients/allowed-scopes';
import type { ClientColumns } from '../../clients/client-columns';
import { GatehouseError } from '../../errors/gatehouse-error';
import { GrantTypeRegistry } from '../../grants/grant-type.registry';
import { isPermission, isPlatformPermission, orgPermission, servicePermission } from '../../services/permission-names';

const OPERATOR = orgPermission('platform_operator');

/** They let a client act as someone who did not log in at it, or see passwords. So may what other teams write. */
const DANGEROUS_GRANTS = ['impersonate_user', 'client_delegate', 'password'];

/** What a client may, and who may give it that: whoever has one of these permissions. */
type Privileges = ReadonlyMap<string, readonly string[]>;

/** Says who may give a client what. Platform operators may give all. */
@Injectable()
export class ClientPrivileges {
  constructor(private readonly grants: GrantTypeRegistry) {}

  /**
   * What the client has already may stay, whoever changes the rest.
   * @throws {GatehouseError} `insufficient_scope` with what the caller may not give; `invalid_request` for a grant that
   * does not exist
   */
  requireFor(caller: Caller, client: ClientColumns, kept?: ClientColumns): void {
    const unknown = client.grantTypes.filter(
      (grant) => this.grants.named(grant) === undefined && kept?.grantTypes.includes(grant) !== true,
    );
    if (unknown.length > 0) {
      throw new GatehouseError('invalid_request', `grantTypes: there is no grant ${unknown.join(', ')}.`);
    }
    const before: Privileges = kept === undefined ? new Map() : this.of(kept);
    requireEach(caller, new Map([...this.of(client)].filter(([privilege]) => !before.has(privilege))));
  }

  /**
   * Whoever has the secret of a client can do what the client does by itself.
   * @throws {GatehouseError} `insufficient_scope`
   */
  requireForSecret(caller: Caller, client: ClientColumns): void {
    requireEach(caller, ownPowers(client));
  }

  private of(client: ClientColumns): Privileges {
    const { grantTypes, allowedOrgs, orgId, allowedScopes, trustedProxy, redirectUris } = client;
    const platformPermissions = scopeNames(allowedScopes).filter(isPlatformPermission);
    const forOperators = [
      ...grantTypes.filter((grant) => this.isDangerous(grant)).map((grant) => `the grant ${grant}`),
      ...(trustedProxy ? ['trustedProxy'] : []),
      ...allowedOrgs.filter((org) => org !== orgId).map((org) => `allowedOrgs ${org}`),
      ...platformPermissions,
      // Where the codes of operators go, somebody acts as they may.
      ...(platformPermissions.length > 0 ? redirectUris.map((uri) => `the redirect URI ${uri}`) : []),
    ];
    return new Map([...ownPowers(client), ...forOperators.map((what) => [what, [OPERATOR]] as const)]);
  }

  private isDangerous(name: string): boolean {
    const grant = this.grants.named(name);
    return grant === undefined || !grant.ours || DANGEROUS_GRANTS.includes(grant.type);
  }
}

/** What a client does by itself, without a user: nobody can have it do what they may not do. */
function ownPowers(client: ClientColumns): Privileges {
  const introspection = mayIntrospectAll(client.allowedScopes) ? [['the scope introspect', [OPERATOR]] as const] : [];
  return new Map([...introspection, ...clientCredentials(client)]);
}

/** By client credentials a client has its permissions itself. */
function clientCredentials({ grantTypes, allowedScopes }: ClientColumns): Privileges {
  if (!grantTypes.includes('client_credentials')) return new Map();
  const { organizationScopes, servicesScopes } = allowedScopes;
  const all = [
    ...(organizationScopes.allRoles === true ? [orgPermission('org_owner')] : []),
    ...servicesScopes
      .filter(({ allRoles }) => allRoles === true)
      .map(({ serviceDefinitionId }) => servicePermission(serviceDefinitionId, '*')),
  ];
  const powers = [...scopeNames(allowedScopes), ...all].filter(isPermission);
  return new Map(powers.map((scope) => [`client_credentials with ${scope}`, giversOf(scope)]));
}

/** A role of the org: whoever has it or a mightier one. One of a service: whoever has it, or could take it. */
function giversOf(scope: string): string[] {
  if (isPlatformPermission(scope)) return [OPERATOR];
  if (!scope.startsWith('csp:')) return [OPERATOR, ...['org_owner', 'org_admin'].map(orgPermission), scope];
  const rank = ORG_ROLES.findIndex((role) => orgPermission(role) === scope);
  // What is no role of ours gives nothing here.
  const atLeast = rank === -1 ? ORG_ROLES : ORG_ROLES.slice(0, rank + 1);
  return [OPERATOR, ...atLeast.map(orgPermission)];
}

function requireEach({ permissions }: Caller, privileges: Privileges): void {
  for (const [what, givers] of privileges) {
    if (permissions.includes(OPERATOR) || givers.some((giver) => permissions.includes(giver))) continue;
    throw new GatehouseError('insufficient_scope', `For ${what} you need one of ${givers.join(', ')}.`);
  }
}
