import { isPermission, isPlatformPermission, orgPermission, servicePermission } from '../services/permission-names';

/** Roles and permissions that a client may carry in the orgs it works for. */
export interface OrganizationScopes {
  readonly allRoles?: boolean | undefined;
  readonly roles?: readonly { readonly name: string }[] | undefined;
}

export interface ServiceScopes {
  readonly serviceDefinitionId: string;
  readonly allRoles?: boolean | undefined;
  readonly roles?: readonly { readonly name: string; readonly resources?: readonly string[] | undefined }[] | undefined;
}

/** What a client may ask for, in the shape of the Cloud Services' OAuth client. */
export interface AllowedScopes {
  readonly generalScopes: readonly string[];
  readonly organizationScopes: OrganizationScopes;
  readonly servicesScopes: readonly ServiceScopes[];
  /** Roles of every service, whatever it is. Only for what is not registered. */
  readonly allServices?: boolean;
}

/** The general scope of a client that may introspect the tokens of every client. */
const INTROSPECT = 'introspect';

/** May the client ask about tokens that are neither its own nor for it? */
export function mayIntrospectAll({ generalScopes }: AllowedScopes): boolean {
  return generalScopes.includes(INTROSPECT);
}

/** Every scope that the client may ask for by name, general ones first. */
export function scopeNames({ generalScopes, organizationScopes, servicesScopes }: AllowedScopes): string[] {
  return [
    ...generalScopes,
    ...(organizationScopes.roles ?? []).map(({ name }) => orgPermission(name)),
    ...servicesScopes.flatMap(({ serviceDefinitionId, roles = [] }) =>
      roles.map(({ name }) => servicePermission(serviceDefinitionId, name)),
    ),
  ];
}

/** May the client carry this scope? By name, or because it may carry all roles of the org or service. */
export function allowsScope(allowed: AllowedScopes, scope: string): boolean {
  if (scopeNames(allowed).includes(scope)) return true;
  if (!isPermission(scope)) return false;
  // All roles of an org are not those of the platform: these are named or not had.
  if (isPlatformPermission(scope)) return false;
  if (scope.startsWith('csp:')) return allowed.organizationScopes.allRoles === true;
  if (allowed.allServices === true) return true;
  return allowed.servicesScopes.some(
    ({ serviceDefinitionId, allRoles }) =>
      allRoles === true && scope.startsWith(servicePermission(serviceDefinitionId, '')),
  );
}
