import {
  type Actor,
  type ClientLookup,
  Grant,
  type GrantClient,
  type GrantContext,
  type GrantDecision,
  GrantRefusal,
  type PresentedToken,
  type TokenGrant,
} from '@gatehouse/grant-sdk';
import { IntersectionType, PartialType, PickType } from '@nestjs/swagger';
import { Equals, ValidateIf } from 'class-validator';
import { clientName } from '../../tokens/subject-name';
import { ACCESS_TOKEN_TYPE } from '../../tokens/token-type';
import { fromSubject, SubjectTokenParameters } from '../subject-token';
import { TokenParameters } from '../token-parameters';

class TokenExchangeParameters extends IntersectionType(
  IntersectionType(SubjectTokenParameters, PickType(TokenParameters, ['actor_token_type'])),
  PartialType(PickType(TokenParameters, ['actor_token', 'audience', 'requested_token_type'])),
) {
  /** REQUIRED with an actor token, and not to be sent without (RFC 8693 section 2.1). */
  @ValidateIf(
    ({ actor_token, actor_token_type }: TokenExchangeParameters) => (actor_token ?? actor_token_type) !== undefined,
  )
  @Equals(ACCESS_TOKEN_TYPE, { message: `$property must be ${ACCESS_TOKEN_TYPE}` })
  declare actor_token_type: string;

  @Equals(ACCESS_TOKEN_TYPE, { message: `$property must be ${ACCESS_TOKEN_TYPE}` })
  declare requested_token_type?: string;
}

/** Narrows an access token, or lets an actor use it: RFC 8693. The answer is an access token without a refresh token. */
@Grant({
  type: 'urn:ietf:params:oauth:grant-type:token-exchange',
  params: TokenExchangeParameters,
  summary: 'An access token narrowed, for another audience, or with an actor.',
  example: { subject_token: '…', subject_token_type: ACCESS_TOKEN_TYPE, scope: 'openid' },
  publicClients: false,
  dialects: ['oauth'],
})
export class TokenExchangeGrant implements TokenGrant<TokenExchangeParameters> {
  async decide({ params, client, clients, tokens }: GrantContext<TokenExchangeParameters>): Promise<GrantDecision> {
    const token = await tokens.verify(params.subject_token, 'invalid_request');
    await requireAllowed(token, client, clients);
    const actorToken =
      params.actor_token === undefined ? undefined : await tokens.verify(params.actor_token, 'invalid_request');
    return {
      ...fromSubject(token),
      subject: subjectOf(token, client),
      actor: actorOf(token, actorToken, client),
      audience: await audienceOf(params.audience, client, clients),
      expiresNoLaterThan: earlier(token.expiresAt, actorToken?.expiresAt),
      session: token.session === undefined ? undefined : { kind: 'join', id: token.session },
    };
  }
}

/** A client may exchange its own tokens, and those of clients that let it act for their users. */
async function requireAllowed(token: PresentedToken, client: GrantClient, clients: ClientLookup): Promise<void> {
  if (token.clientId === client.id) return;
  const owner = await clients.find(token.clientId);
  if (owner?.allowedActorsClientDelegate.includes(client.id)) return;
  throw new GrantRefusal(
    'forbidden',
    'This client may not exchange tokens of that client.',
    `${client.id} is not in allowedActorsClientDelegate of ${token.clientId}`,
  );
}

function subjectOf({ subject }: PresentedToken, client: GrantClient): GrantDecision['subject'] {
  if (subject.kind === 'user') return { kind: 'user', id: subject.id };
  if (subject.id === client.id) return { kind: 'client' };
  throw new GrantRefusal('forbidden', 'The subject token is that of another client itself.');
}

/** Another client's token is only ever used as its actor; an actor token must be this client's. */
function actorOf(
  token: PresentedToken,
  actorToken: PresentedToken | undefined,
  client: GrantClient,
): Actor | undefined {
  const inner = token.actor === undefined ? {} : { act: token.actor };
  if (actorToken === undefined) {
    return token.clientId === client.id ? token.actor : { sub: clientName(client.id), ...inner };
  }
  if (actorToken.clientId !== client.id) {
    throw new GrantRefusal('invalid_request', 'The actor token is not one of this client.');
  }
  const { kind, id } = actorToken.subject;
  return { sub: kind === 'client' ? clientName(id) : id, ...inner };
}

/** @throws {GrantRefusal} `invalid_target` unless the audience lets this client get tokens for it */
async function audienceOf(
  audience: string | undefined,
  client: GrantClient,
  clients: ClientLookup,
): Promise<string | undefined> {
  if (audience === undefined || audience === client.id) return audience;
  const target = await clients.find(audience);
  if (target?.allowedActorsAudienceExchange.includes(client.id)) return target.id;
  throw new GrantRefusal('invalid_target', 'This client may not get tokens for that audience.');
}

function earlier(one: Date, other: Date | undefined): Date {
  return other !== undefined && other < one ? other : one;
}
