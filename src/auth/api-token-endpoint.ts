import { Injectable } from '@nestjs/common';
import type { ApiTokenEntity } from '../api-tokens/api-token.entity';
import { ApiTokenStore } from '../api-tokens/api-token.store';
import { GatehouseError } from '../errors/gatehouse-error';
import { checkEngineParameters } from '../grants/engine-parameters';
import type { Form } from '../grants/form';
import type { IssuedTokens } from '../tokens/token-issuer';
import { userName } from '../tokens/subject-name';
import { UserStore } from '../users/user.store';
import { API_TOKEN_CLIENT } from '../clients/api-token-client';
import { readForm } from './read-form';
import { AuditedDecision, type TokenFacts } from './token-audit';
import { TokenEngine } from './token-engine';
import type { TokenRequest } from './token-request';

/** Turns a user's API token into an access token. Nobody but the token speaks for itself: there is no client. */
@Injectable()
export class ApiTokenEndpoint {
  constructor(
    private readonly store: ApiTokenStore,
    private readonly users: UserStore,
    private readonly engine: TokenEngine,
    private readonly audited: AuditedDecision,
  ) {}

  /** @throws {GatehouseError} once the refusal is committed to the audit trail */
  handle(request: TokenRequest): Promise<IssuedTokens> {
    return this.audited.run('token.issue', request, async (facts) => {
      const form = readForm(request);
      facts.grantType = 'api_token';
      facts.clientId = API_TOKEN_CLIENT.id;
      await checkEngineParameters(form);
      const token = presentedToken(form);
      const apiToken = await this.find(token, facts);
      const decision = {
        subject: { kind: 'user' as const, id: apiToken.userId },
        orgId: apiToken.orgId,
        ...(apiToken.scopes === null ? {} : { scopes: apiToken.scopes }),
        ...(apiToken.expiresAt === null ? {} : { expiresNoLaterThan: apiToken.expiresAt }),
      };
      const tokens = await this.engine.issue(decision, form, API_TOKEN_CLIENT, request, facts);
      await this.store.recordUse(apiToken.id);
      return { ...tokens, refreshToken: token };
    });
  }

  private async find(token: string, facts: TokenFacts): Promise<ApiTokenEntity> {
    const found = await this.store.findActive(token);
    if (found === undefined) throw refusal('the API token is unknown, expired or deactivated');
    facts.orgId = found.orgId;
    const member = await this.users.findMember(found.userId, found.orgId);
    facts.subject = member === undefined ? found.userId : userName(member.person);
    if (member === undefined)
      throw refusal(`its user ${found.userId} has no part in org ${found.orgId}, or one of them is disabled`);
    return found;
  }
}

/** Clients send it under either name; whatever `grant_type` they send means nothing here. */
function presentedToken(form: Form): string {
  const token = form.get('api_token') ?? form.get('refresh_token');
  if (token === undefined) throw new GatehouseError('invalid_request', 'api_token is missing.');
  return token;
}

function refusal(detail: string): GatehouseError {
  return new GatehouseError('invalid_refresh_token', 'Invalid refresh token.', { detail });
}
