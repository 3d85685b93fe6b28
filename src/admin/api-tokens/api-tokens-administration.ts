import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { type EntityManager, In, Repository } from 'typeorm';
import type { z } from 'zod';
import type { OrgRole, PlatformRole } from '../../access/access.decorator';
import type { Caller } from '../../access/caller';
import { ApiTokenEntity } from '../../api-tokens/api-token.entity';
import { GatehouseError } from '../../errors/gatehouse-error';
import { orgPermission } from '../../services/permission-names';
import { userName } from '../../tokens/subject-name';
import { MembershipEntity } from '../../users/membership.entity';
import { UserEntity } from '../../users/user.entity';
import { Administration, type Administrator } from '../administration';
import { containing, pageOf, type PageOf } from '../paging';
import { type apiTokenQuery, type ShownApiToken, showApiToken } from './api-token.shape';

/** The API tokens that there are: everyone's own, and for administrators those of the members of their org. */
@Injectable()
export class ApiTokensAdministration {
  constructor(
    @InjectRepository(ApiTokenEntity) private readonly tokens: Repository<ApiTokenEntity>,
    @InjectRepository(MembershipEntity) private readonly memberships: Repository<MembershipEntity>,
    private readonly administration: Administration,
  ) {}

  /**
   * Those of the caller, or of the member that the query names, but for the deactivated ones; a filter finds parts of
   * the name.
   * @throws {GatehouseError} `insufficient_scope`; `not_found` when the user is no member of the org
   */
  async list(
    orgId: string,
    query: z.output<typeof apiTokenQuery>,
    caller: Caller,
    path: string,
  ): Promise<PageOf<ShownApiToken>> {
    const userId = query.userId ?? ownId(caller);
    if (!isCaller(userId, caller)) {
      if (!mayAdminister(caller, orgId)) {
        throw new GatehouseError('insufficient_scope', 'API tokens of others are for administrators of the org.');
      }
      if (!(await this.memberships.existsBy({ userId, orgId }))) throw absent();
    }
    const rows = this.tokens
      .createQueryBuilder('token')
      .where('token.userId = :userId AND token.orgId = :orgId AND token.deactivatedAt IS NULL', { userId, orgId });
    if (query.filter !== undefined) rows.andWhere('token.name ILIKE :filter', { filter: containing(query.filter) });
    const parameters: Record<string, string> = query.userId === undefined ? {} : { userId };
    const key = { key: 'token.id', keyType: 'uuid' } as const;
    return pageOf({ rows, ...key, keyOf: ({ id }) => id, show: showApiToken, path, query, parameters });
  }

  /**
   * From the next request on they are refused. Those that were deactivated before stay so.
   * @throws {GatehouseError} `not_found`, and none is deactivated, when one is not there or not the caller's to end
   */
  deactivate(orgId: string, ids: readonly string[], by: Administrator): Promise<void> {
    return this.administration.change(by, async (transaction, record) => {
      const lock = { mode: 'pessimistic_write' } as const;
      const tokens = await transaction.find(ApiTokenEntity, {
        where: { id: In(ids), orgId },
        order: { id: 'ASC' },
        lock,
      });
      const ofOthers = tokens.some(({ userId }) => !isCaller(userId, by.caller));
      if (tokens.length < ids.length || (ofOthers && !mayAdminister(by.caller, orgId))) throw absent();
      const live = tokens.filter(({ deactivatedAt }) => deactivatedAt === null);
      await transaction.update(ApiTokenEntity, { id: In(live.map(({ id }) => id)) }, { deactivatedAt: new Date() });
      const names = await ownersOf(transaction, live);
      for (const { id, userId } of live) {
        await record({ action: 'api_token.delete', orgId, subject: names.get(userId), reason: id });
      }
    });
  }
}

function isCaller(userId: string, { token }: Caller): boolean {
  return token.subject.kind === 'user' && token.subject.id === userId;
}

function ownId({ token }: Caller): string {
  if (token.subject.kind === 'user') return token.subject.id;
  throw new GatehouseError('insufficient_scope', 'The access token is not that of a user.');
}

/** May the caller see and end the API tokens of others in the org? */
function mayAdminister({ token, permissions }: Caller, orgId: string): boolean {
  const has = (role: OrgRole | PlatformRole) => permissions.includes(orgPermission(role));
  return has('platform_operator') || (token.orgId === orgId && (has('org_owner') || has('org_admin')));
}

/** As audit events name them, by id. */
async function ownersOf(transaction: EntityManager, tokens: readonly ApiTokenEntity[]): Promise<Map<string, string>> {
  const id = In([...new Set(tokens.map(({ userId }) => userId))]);
  const owners = await transaction.find(UserEntity, { where: { id }, select: { id: true, domain: true } });
  return new Map(owners.map((owner) => [owner.id, userName(owner)]));
}

function absent(): GatehouseError {
  return new GatehouseError('not_found', 'There is no such thing, or it is not yours.');
}
