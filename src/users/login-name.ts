import { Injectable } from '@nestjs/common';
import { DomainStore } from './domain.store';
import type { AccountName } from './password-authenticator';

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

/** Reads names that people type, wherever they do. */
@Injectable()
export class LoginNames {
  constructor(private readonly domains: DomainStore) {}

  /** {@link readLoginName}, with the domains as these are spelled here: people type them in any case. */
  read(typed: string, domain: string | undefined): Promise<AccountName[]> {
    return Promise.all(
      readLoginName(typed, domain).map(async (name) => {
        const found = name.domain === undefined ? undefined : await this.domains.find(name.domain);
        return { username: name.username, domain: found?.name ?? name.domain };
      }),
    );
  }
}
