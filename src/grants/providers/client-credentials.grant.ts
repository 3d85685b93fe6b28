import { Grant, type GrantContext, type GrantDecision, GrantRefusal, type TokenGrant } from '@gatehouse/grant-sdk';
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
  async decide({ params, client, orgs }: GrantContext<ClientCredentialsParameters>): Promise<GrantDecision> {
    const orgId = params.orgId ?? client.org.id;
    if (orgId === client.org.id) return { subject: { kind: 'client' }, org: client.org };

    // One answer for an unknown org and for one that is closed to the client: a client must not learn which exist.
    const org = client.allowedOrgs.includes(orgId) ? await orgs.find(orgId) : undefined;
    if (org === undefined) {
      throw new GrantRefusal(
        'org_not_found',
        'The organization was not found.',
        `${orgId} is not open to ${client.id}`,
      );
    }
    return { subject: { kind: 'client' }, org };
  }
}
