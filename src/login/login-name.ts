import type { AccountName } from '../users/password-authenticator';

/**
 * Whom a typed name can mean, the likeliest first. `domain\user` names the domain; `user@domain` may, or may be a user
 * name as it stands.
 * @param domain that was chosen before
 */
export function readLoginName(typed: string, domain: string | undefined): AccountName[] {
  const name = typed.trim();
  const backslash = name.indexOf('\\');
  if (backslash > 0) return [{ domain: name.slice(0, backslash), username: name.slice(backslash + 1) }];
  const at = name.lastIndexOf('@');
  const asItStands = { username: name, domain };
  return at > 0 ? [asItStands, { domain: name.slice(at + 1), username: name.slice(0, at) }] : [asItStands];
}
