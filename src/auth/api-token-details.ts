import { Injectable } from '@nestjs/common';
import { ApiTokenStore } from '../api-tokens/api-token.store';
import { GatehouseError } from '../errors/gatehouse-error';
import { UserStore } from '../users/user.store';
import { jsonParameters } from './parameters';
import { utf8 } from './read-form';

/** Tells who has an API token what is known of it. */
@Injectable()
export class ApiTokenDetailsReader {
  constructor(
    private readonly tokens: ApiTokenStore,
    private readonly users: UserStore,
  ) {}

  /**
   * @param body JSON with `tokenValue`
   * @throws {GatehouseError} `invalid_refresh_token` unless the token could be used now
   */
  async read(contentType: string | undefined, body: Uint8Array) {
    if (!/^application\/json\b/i.test(contentType ?? '')) {
      throw new GatehouseError('unsupported_media_type', 'Send the token as application/json.');
    }
    const value = new Map(jsonParameters(utf8(body))).get('tokenValue');
    if (value === undefined || value === '') throw new GatehouseError('invalid_request', 'tokenValue is missing.');
    const token = await this.tokens.findActive(value);
    const member = token && (await this.users.findMember(token.userId, token.orgId));
    if (token === undefined || member === undefined) {
      throw new GatehouseError('invalid_refresh_token', 'Invalid refresh token.');
    }
    return {
      tokenId: token.id,
      tokenName: token.name,
      userId: token.userId,
      username: member.person.username,
      acct: member.person.email,
      domain: member.person.domain,
      orgId: token.orgId,
      createdAt: seconds(token.createdAt),
      expiresAt: token.expiresAt && seconds(token.expiresAt),
      lastUsedAt: token.lastUsedAt && seconds(token.lastUsedAt),
      scopes: token.scopes,
    };
  }
}

function seconds(date: Date): number {
  return Math.floor(date.getTime() / 1_000);
}
