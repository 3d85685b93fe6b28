import { Injectable } from '@nestjs/common';
import type { Client } from '../clients/client';
import type { Form } from '../grants/form';
import { RequestLimits } from '../throttling/request-limits';
import { addressBehind } from './caller-address';
import { ClientAuthenticator, claimedClientId } from './client-authenticator';
import { presentedCredentials } from './presented-credentials';
import type { TokenFacts } from './token-audit';
import type { TokenRequest } from './token-request';

/** What every endpoint does first at which clients speak for themselves. */
@Injectable()
export class AuthenticatedRequest {
  constructor(
    private readonly authenticator: ClientAuthenticator,
    private readonly limits: RequestLimits,
  ) {}

  /**
   * @param facts is told who the client is, and where the caller behind it
   * @throws {GatehouseError} `invalid_client`, `invalid_request`, `too_many_requests`
   */
  async clientOf(request: TokenRequest, form: Form, facts: TokenFacts): Promise<Client> {
    const credentials = presentedCredentials(request.authorization, form);
    facts.clientId = claimedClientId(credentials);
    const client = await this.authenticator.authenticate(credentials, request.address);
    await this.limits.countClient(client.id);
    facts.addressBehind = addressBehind(client, form);
    if (facts.addressBehind !== undefined) await this.limits.countAddressBehind(facts.addressBehind);
    return client;
  }
}
