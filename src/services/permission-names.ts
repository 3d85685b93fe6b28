/** `org_owner` and `csp:org_owner` name the same role. */
export function orgPermission(role: string): string {
  return role.startsWith('csp:') ? role : `csp:${role}`;
}

/** A role of a service, or a single permission of it. */
export function servicePermission(serviceDefinitionId: string, name: string): string {
  return `external/${serviceDefinitionId}/${name}`;
}

/** Is the scope a permission, as the `perms` claim lists them, and not a general scope such as `openid`? */
export function isPermission(scope: string): boolean {
  return scope.startsWith('csp:') || scope.startsWith('external/');
}

/** Does it say what someone may on the whole platform, whatever the org? */
export function isPlatformPermission(scope: string): boolean {
  return scope.startsWith('csp:platform_');
}
