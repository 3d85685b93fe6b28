import { Grant, type GrantContext, type GrantDecision, GrantRefusal, type TokenGrant } from '@gatehouse/grant-sdk';
import { IntersectionType, PartialType, PickType } from '@nestjs/swagger';
import { Equals } from 'class-validator';
import { ACCESS_TOKEN_TYPE } from '../../tokens/token-type';
import { fromSubject, userOf } from '../subject-token';
import { TokenParameters } from '../token-parameters';

class AudienceExchangeParameters extends IntersectionType(
  PickType(TokenParameters, ['subject_token', 'target_audience']),
  PartialType(PickType(TokenParameters, ['subject_token_type'])),
) {
  @Equals(ACCESS_TOKEN_TYPE, { message: `$property must be ${ACCESS_TOKEN_TYPE}` })
  declare subject_token_type?: string;
}

/** Tells another client who the user is: an ID token whose audience is that client. */
@Grant({
  type: 'audience_exchange',
  aliases: ['urn:vmware:params:oauth:grant-type:audience-exchange'],
  params: AudienceExchangeParameters,
  summary: 'An ID token about the user of an access token, for another client.',
  example: { subject_token: '…', target_audience: 'demo-service' },
  publicClients: false,
  dialects: ['csp'],
})
export class AudienceExchangeGrant implements TokenGrant<AudienceExchangeParameters> {
  async decide({ params, client, clients, tokens }: GrantContext<AudienceExchangeParameters>): Promise<GrantDecision> {
    const token = await tokens.verify(params.subject_token);
    const target = await clients.find(params.target_audience);
    if (!target?.allowedActorsAudienceExchange.includes(client.id)) {
      throw new GrantRefusal(
        'forbidden',
        'This client may not get tokens for that audience.',
        `${client.id} is not in allowedActorsAudienceExchange of ${params.target_audience}, or there is no such client`,
      );
    }
    return {
      ...fromSubject(token),
      subject: userOf(token),
      actor: token.actor,
      audience: target.id,
      issue: 'id_token',
      session: token.session === undefined ? undefined : { kind: 'join', id: token.session },
    };
  }
}
