import { Grant, type GrantContext, type GrantDecision, GrantRefusal, type TokenGrant } from '@gatehouse/grant-sdk';
import { clientName } from '../../tokens/subject-name';
import { fromSubject, loginOf, SubjectTokenParameters, userOf } from '../subject-token';

const LONGEST_REFRESH_SECONDS = 14 * 24 * 3_600;

/** A service acts for the user who called it, and says so: delegation as in RFC 8693 section 1.1. */
@Grant({
  type: 'client_delegate',
  params: SubjectTokenParameters,
  summary: "The user of another client's access token, with this client as the actor.",
  example: { subject_token: '…', subject_token_type: 'urn:ietf:params:oauth:token-type:access_token' },
  publicClients: false,
  dialects: ['csp'],
})
export class ClientDelegateGrant implements TokenGrant<SubjectTokenParameters> {
  async decide({ params, client, clients, tokens }: GrantContext<SubjectTokenParameters>): Promise<GrantDecision> {
    const token = await tokens.verify(params.subject_token);
    const owner = await clients.find(token.clientId);
    if (!owner?.allowedActorsClientDelegate.includes(client.id)) {
      throw new GrantRefusal(
        'forbidden',
        'This client may not act for users of that client.',
        `${client.id} is not in allowedActorsClientDelegate of ${token.clientId}`,
      );
    }
    return {
      ...fromSubject(token),
      subject: userOf(token),
      actor: { sub: clientName(client.id), ...(token.actor === undefined ? {} : { act: token.actor }) },
      session: loginOf(token, LONGEST_REFRESH_SECONDS),
    };
  }
}
