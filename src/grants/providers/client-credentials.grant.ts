import { Grant, type GrantContext, type GrantDecision, type TokenGrant } from '@gatehouse/grant-sdk';
import { PartialType, PickType } from '@nestjs/swagger';
import { TokenParameters } from '../token-parameters';

class ClientCredentialsParameters extends PartialType(PickType(TokenParameters, ['orgId'])) {}

/** The client asks for a token in its own name: RFC 6749 section 4.4. */
@Grant({
  type: 'client_credentials',
  params: ClientCredentialsParameters,
  summary: 'The client itself, for its own organization or one that it is allowed for.',
  publicClients: false,
})
export class ClientCredentialsGrant implements TokenGrant<ClientCredentialsParameters> {
  decide({ params, client }: GrantContext<ClientCredentialsParameters>): GrantDecision {
    return { subject: { kind: 'client' }, orgId: params.orgId ?? client.org.id };
  }
}
