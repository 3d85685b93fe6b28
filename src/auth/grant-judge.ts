import { Injectable } from '@nestjs/common';
import { type GrantDecision, isGrantRefusal } from '@gatehouse/grant-sdk';
import type { Client } from '../clients/client';
import { ClientStore } from '../clients/client.store';
import { GatehouseError } from '../errors/gatehouse-error';
import type { Form } from '../grants/form';
import { GrantTypeRegistry } from '../grants/grant-type.registry';
import type { RegisteredGrant } from '../grants/registered-grant';
import { Families } from '../tokens/families';
import { TokenVerifier } from '../tokens/token-verifier';
import { UserStore } from '../users/user.store';
import type { Dialect } from './dialect';
import type { TokenRequest } from './token-request';

/** Finds the grant that is asked for, and asks it. */
@Injectable()
export class GrantJudge {
  constructor(
    private readonly registry: GrantTypeRegistry,
    private readonly people: UserStore,
    private readonly clients: ClientStore,
    private readonly tokens: TokenVerifier,
    private readonly families: Families,
  ) {}

  /** @throws {GatehouseError} `unsupported_grant_type`, or `unauthorized_client` when it is not on for the client */
  grantFor(form: Form, client: Client, dialect: Dialect): RegisteredGrant {
    const type = form.get('grant_type');
    if (type === undefined) throw new GatehouseError('invalid_request', 'grant_type is missing.');
    const grant = this.registry.find(type, dialect.name);
    if (grant === undefined) {
      throw new GatehouseError('unsupported_grant_type', 'This grant_type is not supported here.');
    }
    if (!grant.names.some((name) => client.grantTypes.includes(name))) {
      throw new GatehouseError('unauthorized_client', 'This grant is not switched on for the client.');
    }
    if (client.publicClient && !grant.publicClients) {
      throw new GatehouseError('unauthorized_client', 'This grant needs a client that has a secret.');
    }
    return grant;
  }

  /** @throws {GrantRefusal} after the login that it names has been ended */
  async decide(grant: RegisteredGrant, params: object, client: Client, request: TokenRequest): Promise<GrantDecision> {
    const { id, address, receivedAt } = request;
    try {
      return await grant.decide({
        params,
        client,
        request: { id, dialect: request.dialect.name, address, receivedAt },
        people: this.people,
        clients: this.clients,
        tokens: this.tokens,
      });
    } catch (error) {
      if (isGrantRefusal(error) && error.endsLogin !== undefined) {
        await this.families.endForReuse(error.endsLogin, error.detail, request);
      }
      throw error;
    }
  }
}
