import { Injectable } from '@nestjs/common';
import { checkEngineParameters } from '../grants/engine-parameters';
import type { IssuedTokens } from '../tokens/token-issuer';
import { AuthenticatedRequest } from './authenticated-request';
import { GrantJudge } from './grant-judge';
import { readForm } from './read-form';
import { AuditedDecision } from './token-audit';
import { TokenEngine } from './token-engine';
import type { TokenRequest } from './token-request';

/**
 * The way of one token request. Each step may refuse by throwing, and then none of the later ones happens: a request
 * whose client is not authenticated has looked at no grant, and nothing is consumed before all is decided and signed.
 */
@Injectable()
export class TokenEndpoint {
  constructor(
    private readonly authenticated: AuthenticatedRequest,
    private readonly judge: GrantJudge,
    private readonly engine: TokenEngine,
    private readonly audited: AuditedDecision,
  ) {}

  /** @throws {GatehouseError} once the refusal is committed to the audit trail */
  handle(request: TokenRequest): Promise<IssuedTokens> {
    return this.audited.run('token.issue', request, async (facts) => {
      const form = readForm(request);
      facts.grantType = form.get('grant_type');
      const client = await this.authenticated.clientOf(request, form, facts);

      const grant = this.judge.grantFor(form, client, request.dialect);
      await checkEngineParameters(form);
      const params = await grant.readParameters(form);
      const address = facts.addressBehind ?? request.address;
      const decision = await this.judge.decide(grant, params, client, { ...request, address }, facts);

      return this.engine.issue(decision, form, client, request, facts);
    });
  }
}
