import { Injectable } from '@nestjs/common';
import { type GrantDecision, isGrantRefusal, type RefusalSubject } from '@gatehouse/grant-sdk';
import type { Client } from '../clients/client';
import { ClientStore } from '../clients/client.store';
import { GatehouseError } from '../errors/gatehouse-error';
import type { Form } from '../grants/form';
import { GrantTypeRegistry } from '../grants/grant-type.registry';
import type { RegisteredGrant } from '../grants/registered-grant';
import { Families } from '../tokens/families';
import { clientName, userName } from '../tokens/subject-name';
import { TokenVerifier } from '../tokens/token-verifier';
import { UserStore } from '../users/user.store';
import type { Dialect } from './dialect';
import type { TokenFacts } from './token-audit';
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

  /**
   * @param facts are filled in with whom it is about, for what may be refused from here on
   * @throws {GrantRefusal} after the login that it names has been ended
   */
  async decide(
    grant: RegisteredGrant,
    params: object,
    client: Client,
    request: TokenRequest,
    facts: TokenFacts,
  ): Promise<GrantDecision> {
    try {
      const decision = await this.ask(grant, params, client, request);
      const { subject, orgId, session } = decision;
      const loginId = session?.kind === 'begin' ? session.parent : session?.id;
      const userId = subject.kind === 'user' ? subject.id : undefined;
      // Whoever asks may name any org: in the trail of one stands only what is of it.
      await this.note(facts, { userId, loginId, ...(session?.kind === 'continue' ? { orgId } : {}) });
      if (subject.kind === 'client') facts.subject = clientName(client.id);
      return decision;
    } catch (error) {
      if (isGrantRefusal(error)) {
        if (error.endsLogin !== undefined) await this.endForReuse(error.endsLogin, error.detail, request, facts);
        await this.note(facts, error.about ?? {});
      }
      throw error;
    }
  }

  private async ask(
    grant: RegisteredGrant,
    params: object,
    client: Client,
    { id, address, receivedAt, dialect }: TokenRequest,
  ): Promise<GrantDecision> {
    return grant.decide({
      params,
      client,
      request: { id, dialect: dialect.name, address, receivedAt },
      people: this.people,
      clients: this.clients,
      tokens: this.tokens,
    });
  }

  private async note(facts: TokenFacts, { userId, orgId, loginId }: RefusalSubject): Promise<void> {
    const person = userId === undefined ? undefined : await this.people.find(userId);
    facts.subject = person === undefined ? userId : userName(person);
    facts.orgId = orgId;
    facts.family = loginId;
  }

  private endForReuse(id: string, because: string, request: TokenRequest, { grantType }: TokenFacts): Promise<void> {
    const { id: requestId, address, dialect } = request;
    return this.families.endForReuse(id, because, { requestId, address, dialect: dialect.name, grantType });
  }
}
