import { Grant, type GrantContext, type GrantDecision, GrantRefusal, type TokenGrant } from '@gatehouse/grant-sdk';
import { fromSubject, loginOf, SubjectTokenParameters, userOf } from '../subject-token';

/** A user moves from one client to another, which gets a login of its own. */
@Grant({
  type: 'client_exchange',
  params: SubjectTokenParameters,
  summary: "The user of another client's access token, logged in at this client.",
  example: { subject_token: '…', subject_token_type: 'urn:ietf:params:oauth:token-type:access_token' },
  publicClients: false,
  dialects: ['csp'],
})
export class ClientExchangeGrant implements TokenGrant<SubjectTokenParameters> {
  async decide({ params, client, clients, tokens }: GrantContext<SubjectTokenParameters>): Promise<GrantDecision> {
    const token = await tokens.verify(params.subject_token);
    const owner = await clients.find(token.clientId);
    if (!owner?.allowedActorsClientExchange.includes(client.id)) {
      throw new GrantRefusal(
        'forbidden',
        'This client may not take over users of that client.',
        `${client.id} is not in allowedActorsClientExchange of ${token.clientId}`,
      );
    }
    // The new token has no actor: one that acts for the user would vanish from sight.
    if (token.actor !== undefined) {
      throw new GrantRefusal('forbidden', 'A token of someone who acts for the user cannot be taken over.');
    }
    return { ...fromSubject(token), subject: userOf(token), session: loginOf(token) };
  }
}
