import { orgPermission } from '../services/permission-names';
import { GatehouseError } from '../errors/gatehouse-error';
import type { AccessRule } from './access.decorator';
import type { Caller } from './caller';

/**
 * Decides whether a caller may use a route.
 * @param orgId that the path names, if it names one
 * @throws {GatehouseError} `not_found` for another org, the same as for one that does not exist; `insufficient_scope`
 */
export function judgeAccess(rule: Exclude<AccessRule, string>, caller: Caller, orgId: string | undefined): void {
  const has = (role: string) => caller.permissions.includes(orgPermission(role));
  if (rule.platform.some(has)) return;
  if (orgId !== undefined && orgId !== caller.token.orgId) {
    throw new GatehouseError('not_found', 'There is no such thing, or it is not yours.', {
      detail: `${caller.name} with a token for org ${caller.token.orgId} asked for org ${orgId}`,
    });
  }
  if (rule.roles.some(has)) return;
  const needed = [...rule.roles, ...rule.platform].map(orgPermission);
  throw new GatehouseError('insufficient_scope', `This needs one of ${needed.join(', ')}.`);
}
