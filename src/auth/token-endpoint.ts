import { Injectable } from '@nestjs/common';
import { checkEngineParameters } from '../grants/engine-parameters';
import { RequestLimits } from '../throttling/request-limits';
import type { IssuedTokens } from '../tokens/token-issuer';
import { addressBehind } from './caller-address';
import { ClientAuthenticator, claimedClientId } from './client-authenticator';
import { GrantJudge } from './grant-judge';
import { presentedCredentials } from './presented-credentials';
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
    private readonly authenticator: ClientAuthenticator,
    private readonly limits: RequestLimits,
    private readonly judge: GrantJudge,
    private readonly engine: TokenEngine,
    private readonly audited: AuditedDecision,
  ) {}

  /** @throws {GatehouseError} once the refusal is committed to the audit trail */
  handle(request: TokenRequest): Promise<IssuedTokens> {
    return this.audited.run(request, async (facts) => {
      const form = readForm(request);
      facts.grantType = form.get('grant_type');

      const credentials = presentedCredentials(request.authorization, form);
      facts.clientId = claimedClientId(credentials);
      const client = await this.authenticator.authenticate(credentials, request.address);
      await this.limits.countClient(client.id);
      facts.addressBehind = addressBehind(client, form);
      if (facts.addressBehind !== undefined) await this.limits.countAddressBehind(facts.addressBehind);

      const grant = this.judge.grantFor(form, client, request.dialect);
      await checkEngineParameters(form);
      const params = await grant.readParameters(form);
      const address = facts.addressBehind ?? request.address;
      const decision = await this.judge.decide(grant, params, client, { ...request, address });

      return this.engine.issue(decision, form, client, request, facts);
    });
  }
}
