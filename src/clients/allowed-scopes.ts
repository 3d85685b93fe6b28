/** Roles and permissions that a client may carry in the orgs it works for. */
export interface OrganizationScopes {
  readonly allRoles?: boolean;
  readonly roles?: readonly { readonly name: string }[];
}

export interface ServiceScopes {
  readonly serviceDefinitionId: string;
  readonly allRoles?: boolean;
  readonly roles?: readonly { readonly name: string; readonly resources?: readonly string[] }[];
}

/** What a client may ask for, in the shape of the Cloud Services' OAuth client. */
export interface AllowedScopes {
  readonly generalScopes: readonly string[];
  readonly organizationScopes: OrganizationScopes;
  readonly servicesScopes: readonly ServiceScopes[];
}

/** The permissions among `scopes`: all but the general ones. Their names are those of the `perms` claim. */
export function isPermission(scope: string): boolean {
  return scope.startsWith('csp:') || scope.startsWith('external/');
}

/** Every scope that the client may ask for by name, general ones first. */
export function scopeNames({ generalScopes, organizationScopes, servicesScopes }: AllowedScopes): string[] {
  return [
    ...generalScopes,
    ...(organizationScopes.roles ?? []).map(({ name }) => orgRolePermission(name)),
    ...servicesScopes.flatMap(({ serviceDefinitionId, roles = [] }) =>
      roles.map(({ name }) => `external/${serviceDefinitionId}/${name}`),
    ),
  ];
}

/** `org_owner` and `csp:org_owner` name the same role. */
function orgRolePermission(role: string): string {
  return role.startsWith('csp:') ? role : `csp:${role}`;
}
