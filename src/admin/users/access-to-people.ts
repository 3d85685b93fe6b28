import type { AccessRule } from '../../access/access.decorator';

/** Who may see the people of an org, and what they may. */
export const SEES_PEOPLE: AccessRule = {
  roles: ['org_owner', 'org_admin'],
  platform: ['platform_operator', 'platform_auditor'],
};

/** Who may change that. */
export const CHANGES_PEOPLE: AccessRule = { roles: ['org_owner', 'org_admin'], platform: ['platform_operator'] };

export const ANY_MEMBER: AccessRule = {
  roles: ['org_owner', 'org_admin', 'developer', 'org_member'],
  platform: ['platform_operator', 'platform_auditor'],
};

export const ORG_PATH = '/csp/gateway/am/api/orgs/:orgId';

/** A path of a controller with its parameters in it. */
export function pathWith(path: string, parameters: Readonly<Record<string, string>>): string {
  return path.replace(/:(\w+)/g, (_all, name: string) => encodeURIComponent(parameters[name] ?? ''));
}
