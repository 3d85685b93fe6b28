import { Injectable } from '@nestjs/common';
import type { Person } from '@gatehouse/grant-sdk';
import { GatehouseError } from '../errors/gatehouse-error';
import { PasswordFailures } from '../throttling/password-failures';
import { PasswordHasher } from './password-hasher';
import { toPerson } from './person';
import { type UserEntity, usernameKey } from './user.entity';
import { UserStore } from './user.store';

/** Whom someone says to be. */
export interface AccountName {
  readonly username: string;
  /** Absent: the user name alone has to tell. */
  readonly domain: string | undefined;
}

/** Decides whether someone knows a user's password. */
@Injectable()
export class PasswordAuthenticator {
  constructor(
    private readonly users: UserStore,
    private readonly hasher: PasswordHasher,
    private readonly failures: PasswordFailures,
  ) {}

  /**
   * @param names what was typed may be read in several ways: the first that is anybody's name counts
   * @throws {GatehouseError} `invalid_grant`, the same and after the same time for a wrong password, an unknown, a locked
   * and a disabled user; `conflict` when the password is right but the name is one of several domains
   */
  async authenticate(names: readonly AccountName[], password: string): Promise<Person> {
    const readings = await Promise.all(
      names.map(({ username, domain }) => this.users.findCredentials(username, domain)),
    );
    const candidates = readings.find((users) => users.length > 0) ?? [];
    const fitting: UserEntity[] = [];
    // At least once, so that an unknown user takes as long.
    for (const candidate of candidates.length === 0 ? [undefined] : candidates) {
      const right = await this.hasher.verify(password, candidate?.passwordHash ?? undefined);
      if (right && candidate !== undefined) fitting.push(candidate);
    }
    const accounts =
      candidates.length === 0
        ? names.map(({ username, domain = '' }) => accountKey(domain, usernameKey(username)))
        : candidates.map((one) => accountKey(one.domain, one.usernameKey));
    const fault = refusal(candidates, fitting);
    // Only now: many guesses at once must not all find the account open.
    const locked = await this.anyLocked(accounts, fault !== undefined);
    const [user] = fitting;
    if (locked || fault !== undefined || user === undefined) {
      const detail = locked ? 'the account is locked for a while after too many wrong passwords' : (fault ?? '');
      throw new GatehouseError('invalid_grant', 'The user name or password is not right.', { detail });
    }
    if (candidates.length > 1) {
      throw new GatehouseError('conflict', 'Several domains have a user of this name; send the domain, too.');
    }
    return toPerson(user);
  }

  private async anyLocked(accounts: readonly string[], failed: boolean): Promise<boolean> {
    const locks = await Promise.all(
      accounts.map((account) => (failed ? this.failures.count(account) : this.failures.isLocked(account))),
    );
    return locks.includes(true);
  }
}

function accountKey(domain: string, key: string): string {
  return `${domain}\\${key}`;
}

function refusal(candidates: readonly UserEntity[], fitting: readonly UserEntity[]): string | undefined {
  if (candidates.length === 0) return 'there is no such user';
  if (fitting.length === 0) return 'the password is wrong';
  if (fitting.some(({ disabledAt }) => disabledAt !== null)) return 'the user is disabled';
  return undefined;
}
