import { Injectable } from '@nestjs/common';
import { type EntityManager, IsNull } from 'typeorm';
import type { z } from 'zod';
import type { Caller } from '../../access/caller';
import { ApiTokenEntity } from '../../api-tokens/api-token.entity';
import { allowsScope } from '../../clients/allowed-scopes';
import { API_TOKEN_CLIENT } from '../../clients/api-token-client';
import { generateSecret } from '../../clients/generate-secret';
import { GatehouseError } from '../../errors/gatehouse-error';
import { CredentialHasher } from '../../keys/credential-hasher';
import { OrgEntity } from '../../orgs/org.entity';
import { UserEntity } from '../../users/user.entity';
import { Administration, type Administrator } from '../administration';
import { type madeApiToken, type newApiToken, showApiToken } from './api-token.shape';

const MOST_LIVE = 100;

/** Makes API tokens, for nobody but who asks for one. */
@Injectable()
export class ApiTokenMaker {
  constructor(
    private readonly administration: Administration,
    private readonly hasher: CredentialHasher,
  ) {}

  /**
   * @throws {GatehouseError} `insufficient_scope` unless the caller is a user, itself and not by an API token;
   * `invalid_scope` for what it may not; `state_conflict` when it has too many
   */
  make(
    orgId: string,
    { name, scopes, expiresAt }: z.output<typeof newApiToken>,
    by: Administrator,
  ): Promise<z.output<typeof madeApiToken>> {
    refuseOthersThanUsers(by.caller);
    const granted = narrowed(scopes, by.caller);
    const userId = by.caller.token.subject.id;
    const token = generateSecret();
    return this.administration.change(by, async (transaction, record) => {
      await lockOwner(transaction, userId, orgId);
      if ((await liveTokens(transaction, userId, orgId)) >= MOST_LIVE) {
        throw new GatehouseError('state_conflict', `There are ${MOST_LIVE} API tokens already: deactivate some.`);
      }
      const hash = this.hasher.hash(token);
      const row = transaction.create(ApiTokenEntity, { hash, userId, orgId, name, scopes: granted, expiresAt });
      const made = await transaction.save(row);
      await record({ action: 'api_token.create', orgId, subject: by.caller.name, reason: made.id });
      const kept = await transaction.findOneByOrFail(ApiTokenEntity, { id: made.id });
      return { ...showApiToken(kept), token };
    });
  }
}

/** Whoever acts for a user must not keep a key to it; and a token that ends could make one that does not. */
function refuseOthersThanUsers({ token }: Caller): void {
  const because =
    token.subject.kind !== 'user'
      ? 'The access token is not that of a user.'
      : token.actor !== undefined
        ? 'Only the user itself can make API tokens, nobody who acts for it.'
        : token.clientId === API_TOKEN_CLIENT.id
          ? 'An API token cannot make API tokens: log in.'
          : undefined;
  if (because !== undefined) throw new GatehouseError('insufficient_scope', because);
}

/** @throws {GatehouseError} `invalid_scope` */
function narrowed(asked: readonly string[] | undefined, { token, permissions }: Caller): string[] {
  const general = API_TOKEN_CLIENT.allowedScopes.generalScopes.filter((scope) => token.scopes.includes(scope));
  const available = [...general, ...permissions].filter((scope) => allowsScope(API_TOKEN_CLIENT.allowedScopes, scope));
  if (asked === undefined) return available;
  const foreign = asked.filter((scope) => !available.includes(scope));
  if (foreign.length > 0) {
    throw new GatehouseError('invalid_scope', `scopes: you do not have ${foreign.slice(0, 5).join(', ')}.`);
  }
  return [...new Set(asked)];
}

/** One token at a time for each user; and none for someone who is being disabled, which ends only what is there. */
async function lockOwner(transaction: EntityManager, userId: string, orgId: string): Promise<void> {
  const user = await transaction.findOne(UserEntity, {
    where: { id: userId, disabledAt: IsNull() },
    select: { id: true },
    lock: { mode: 'pessimistic_write' },
  });
  const org = await transaction.findOne(OrgEntity, {
    where: { id: orgId, disabledAt: IsNull() },
    select: { id: true },
    lock: { mode: 'pessimistic_read' },
  });
  if (user === null || org === null) throw new GatehouseError('invalid_token', 'The access token is not valid.');
}

function liveTokens(transaction: EntityManager, userId: string, orgId: string): Promise<number> {
  return transaction
    .createQueryBuilder(ApiTokenEntity, 'token')
    .where('token.userId = :userId AND token.orgId = :orgId', { userId, orgId })
    .andWhere('token.deactivatedAt IS NULL AND (token.expiresAt IS NULL OR token.expiresAt > now())')
    .getCount();
}
