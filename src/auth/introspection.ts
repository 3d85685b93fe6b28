import { Injectable } from '@nestjs/common';
import { GatehouseError } from '../errors/gatehouse-error';
import { AuthenticatedRequest } from './authenticated-request';
import { type Introspected, IntrospectedTokens } from './introspected-tokens';
import { presentedToken } from './presented-token';
import { readForm } from './read-form';
import { AuditedDecision } from './token-audit';
import type { TokenRequest } from './token-request';

/** All that is said of a token that is not good, or not for the eyes of who asks: RFC 7662 section 2.2. */
const INACTIVE = { active: false } as const;

/** A resource server asks whether a token is good: RFC 7662. */
@Injectable()
export class Introspection {
  constructor(
    private readonly authenticated: AuthenticatedRequest,
    private readonly tokens: IntrospectedTokens,
    private readonly audited: AuditedDecision,
  ) {}

  /**
   * Answers are not in the audit trail: it would be one event for each request to each resource server.
   * @throws {GatehouseError} once the refusal is committed to the audit trail
   */
  handle(request: TokenRequest): Promise<Introspected | typeof INACTIVE> {
    return this.audited.run('token.introspect', request, async (facts) => {
      const form = readForm(request);
      const client = await this.authenticated.clientOf(request, form, facts);
      if (client.publicClient) {
        throw new GatehouseError('unauthorized_client', 'A public client may not introspect tokens.');
      }
      return (await this.tokens.find(presentedToken(form), client, request.dialect.name)) ?? INACTIVE;
    });
  }
}
