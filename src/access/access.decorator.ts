import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiOAuth2 } from '@nestjs/swagger';

/** Roles that a member can have in an org, the mightiest first. */
export const ORG_ROLES = ['org_owner', 'org_admin', 'developer', 'org_member'] as const;
export type OrgRole = (typeof ORG_ROLES)[number];

/** What someone may on the whole platform, whatever the org. */
export const PLATFORM_ROLES = ['platform_operator', 'platform_auditor', 'platform_impersonator'] as const;
export type PlatformRole = (typeof PLATFORM_ROLES)[number];

/**
 * Who may use a route: `everyone`; `clients`, which authenticate themselves; `tokens`, whoever has an access token; or
 * who has one of these permissions. Roles count in the org that the token is for: where the path has an `orgId`, it has
 * to be that one. Platform roles open the route for every org.
 */
export type AccessRule =
  | 'everyone'
  | 'clients'
  | 'tokens'
  | { readonly roles: readonly OrgRole[]; readonly platform: readonly PlatformRole[] };

const ACCESS = 'gatehouse:access';

/** Declares who may use a route, or all routes of a controller. A route without it stops the start. */
export function Access(rule: AccessRule): ClassDecorator & MethodDecorator {
  const guarded = rule === 'tokens' || typeof rule === 'object';
  return applyDecorators(
    SetMetadata(ACCESS, rule),
    ...(guarded ? [ApiOAuth2([], 'login'), ApiOAuth2([], 'client-credentials')] : []),
  );
}

/** What {@link Access} said about a method or, if nothing, about its class. */
export function accessRuleOf(method: object, controller: object): AccessRule | undefined {
  const rule: unknown = Reflect.getMetadata(ACCESS, method) ?? Reflect.getMetadata(ACCESS, controller);
  return isAccessRule(rule) ? rule : undefined;
}

function isAccessRule(value: unknown): value is AccessRule {
  return typeof value === 'string' || (typeof value === 'object' && value !== null && 'roles' in value);
}
