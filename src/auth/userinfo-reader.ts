import { Injectable } from '@nestjs/common';
import type { PresentedToken } from '@gatehouse/grant-sdk';
import { GatehouseError } from '../errors/gatehouse-error';
import { userinfo } from '../tokens/claims/userinfo.claims';
import { UserStore } from '../users/user.store';
import type { Dialect } from './dialect';

/** Tells who the user of an access token is: OpenID Connect Core section 5.3. */
@Injectable()
export class UserinfoReader {
  constructor(private readonly users: UserStore) {}

  /**
   * @throws {GatehouseError} `insufficient_scope` when the token is that of a client, or lacks `openid` in a dialect
   * that wants it; `invalid_token` when its user has left the org
   */
  async read({ subject, orgId, scopes }: PresentedToken, dialect: Dialect): Promise<object> {
    if (subject.kind !== 'user') {
      throw new GatehouseError('insufficient_scope', 'The access token is not that of a user.');
    }
    if (!dialect.idTokenUnasked && !scopes.includes('openid')) {
      throw new GatehouseError('insufficient_scope', 'The access token lacks the scope openid.');
    }
    const member = await this.users.findMember(subject.id, orgId);
    if (member === undefined) {
      throw new GatehouseError('invalid_token', 'The access token is not valid.', {
        detail: `user ${subject.id} has no part in org ${orgId} any more`,
      });
    }
    return userinfo(dialect.name, member, await this.users.groupsOf(subject.id));
  }
}
