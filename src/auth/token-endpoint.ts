import { Injectable } from '@nestjs/common';
import { toGatehouseError } from '../errors/to-gatehouse-error';
import { RequestLimits } from '../throttling/request-limits';
import { type IssuedTokens, TokenIssuer } from '../tokens/token-issuer';
import { ClientAuthenticator, claimedClientId } from './client-authenticator';
import { GrantJudge } from './grant-judge';
import { IssuanceNarrowing } from './issuance-narrowing';
import { presentedCredentials } from './presented-credentials';
import { readForm } from './read-form';
import { TokenAudit, type TokenFacts } from './token-audit';
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
    private readonly narrowing: IssuanceNarrowing,
    private readonly issuer: TokenIssuer,
    private readonly audit: TokenAudit,
  ) {}

  /** @throws {GatehouseError} once the refusal is committed to the audit trail */
  async handle(request: TokenRequest): Promise<IssuedTokens> {
    const facts: TokenFacts = {};
    try {
      return await this.run(request, facts);
    } catch (thrown) {
      const error = toGatehouseError(thrown);
      await this.audit.refused(request, facts, error);
      throw error;
    }
  }

  /** @param facts what is known so far, for the audit event of a refusal */
  private async run(request: TokenRequest, facts: TokenFacts): Promise<IssuedTokens> {
    const form = readForm(request);
    facts.grantType = form.get('grant_type');

    const credentials = presentedCredentials(request.authorization, form);
    facts.clientId = claimedClientId(credentials);
    const client = await this.authenticator.authenticate(credentials, request.address);
    await this.limits.countClient(client.id);

    const grant = this.judge.grantFor(form, client, request.dialect);
    const params = await grant.readParameters(form);
    const decision = await this.judge.decide(grant, params, client, request);

    const issuance = this.narrowing.narrow(decision, form, client, request.dialect);
    const tokens = await this.issuer.issue(issuance);
    await this.audit.issued(request, facts, issuance);
    return tokens;
  }
}
