import { Injectable } from '@nestjs/common';
import type { PresentedToken } from '@gatehouse/grant-sdk';
import { AuditLog } from '../audit/audit-log';
import { UnitOfWork } from '../database/unit-of-work';
import { Families } from '../tokens/families';
import { RefreshTokens } from '../tokens/refresh-tokens';
import type { FamilyEntity } from '../tokens/family.entity';
import { RevokedTokens } from '../tokens/revoked-tokens';
import { clientName, userName } from '../tokens/subject-name';
import { TokenVerifier } from '../tokens/token-verifier';
import { UserStore } from '../users/user.store';
import { AuthenticatedRequest } from './authenticated-request';
import { presentedToken } from './presented-token';
import { readForm } from './read-form';
import { AuditedDecision, decisionEvent, type TokenFacts } from './token-audit';
import type { TokenRequest } from './token-request';

const BECAUSE = 'its client revoked it';

/** A client gives up a token of its own: RFC 7009. */
@Injectable()
export class Revocation {
  constructor(
    private readonly authenticated: AuthenticatedRequest,
    private readonly tokens: TokenVerifier,
    private readonly families: Families,
    private readonly refreshTokens: RefreshTokens,
    private readonly revoked: RevokedTokens,
    private readonly users: UserStore,
    private readonly work: UnitOfWork,
    private readonly audit: AuditLog,
    private readonly audited: AuditedDecision,
  ) {}

  /**
   * Resolves after the commit. What is no token of the client stays as it is, and the client is told nothing of it
   * (RFC 7009 section 2.2).
   * @throws {GatehouseError} once the refusal is committed to the audit trail
   */
  handle(request: TokenRequest): Promise<void> {
    return this.audited.run('token.revoke', request, async (facts) => {
      const form = readForm(request);
      const client = await this.authenticated.clientOf(request, form, facts);
      const token = presentedToken(form);
      const [read, found] = await Promise.all([this.tokens.read(token), this.refreshTokens.find(token)]);
      if ('token' in read && read.token.clientId === client.id) await this.revoke(read.token, request, facts);
      const login = found?.family;
      if (login?.clientId === client.id && login.endedAt === null) await this.endLogin(login, request, facts);
    });
  }

  private async revoke(token: PresentedToken, request: TokenRequest, facts: TokenFacts): Promise<void> {
    const { jti, session, orgId, subject } = token;
    const event = {
      ...(await this.event(subject, request, facts)),
      reason: `access token: ${BECAUSE}`,
      orgId,
      jti,
      family: session,
      actor: token.actor?.sub,
    };
    await this.work.run(async (transaction) => {
      if (await this.revoked.add(transaction, token)) await this.audit.appendIn(transaction, event);
    });
  }

  /** A refresh token stands for its login: what it gave ends, too (RFC 7009 section 2.1). */
  private async endLogin(login: FamilyEntity, request: TokenRequest, facts: TokenFacts): Promise<void> {
    const { id, userId, orgId, actor } = login;
    const event = {
      ...(await this.event({ kind: 'user', id: userId }, request, facts)),
      reason: `refresh token, with its login: ${BECAUSE}`,
      orgId,
      family: id,
      actor: actor?.sub,
    };
    await this.work.run(async (transaction) => {
      const ended = await this.families.endOne(transaction, id, 'its client revoked the refresh token');
      if (ended) await this.audit.appendIn(transaction, event);
    });
  }

  private async event({ kind, id }: PresentedToken['subject'], request: TokenRequest, facts: TokenFacts) {
    const person = kind === 'user' ? await this.users.find(id) : undefined;
    const named = person === undefined ? id : userName(person);
    const subject = kind === 'client' ? clientName(id) : named;
    return { ...decisionEvent('token.revoke', request, facts), outcome: 'allowed' as const, subject };
  }
}
