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
import { Equals, ValidateBy, ValidateIf } from 'class-validator';
import { clientName, userName } from '../../tokens/subject-name';
import { ACCESS_TOKEN_TYPE } from '../../tokens/token-type';
import { fromSubject, SubjectTokenParameters } from '../subject-token';
import { TokenParameters } from '../token-parameters';

class TokenExchangeParameters extends IntersectionType(
  IntersectionType(SubjectTokenParameters, PickType(TokenParameters, ['actor_token_type'])),
  PartialType(PickType(TokenParameters, ['actor_token', 'audience', 'requested_token_type', 'resource'])),
) {
  /** REQUIRED with an actor token, and not to be sent without (RFC 8693 section 2.1). */
  @ValidateIf(
    ({ actor_token, actor_token_type }: TokenExchangeParameters) => (actor_token ?? actor_token_type) !== undefined,
  )
  @Equals(ACCESS_TOKEN_TYPE, { message: `$property must be ${ACCESS_TOKEN_TYPE}` })
  @ValidateBy({
    name: 'withActorToken',
    validator: {
      validate: (_, context) => isWithActorToken(context?.object),
      defaultMessage: () => 'actor_token is missing',
    },
  })
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
  async decide({
    params,
    client,
    clients,
    people,
    tokens,
  }: GrantContext<TokenExchangeParameters>): Promise<GrantDecision> {
    const token = await tokens.verify(params.subject_token, 'invalid_request');
    await requireAllowed(token, client, clients);
    const { actor, until } = await actorOf(token, params.actor_token, { client, people, tokens });
    if (params.resource !== undefined) {
      throw new GrantRefusal('invalid_target', 'Name the client that the token is for in audience, not in resource.');
    }
    return {
      ...fromSubject(token),
      subject: subjectOf(token, client),
      actor,
      audience: await audienceOf(params.audience ?? token.audience, client, clients),
      expiresNoLaterThan: until,
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

/**
 * Another client's token is only ever used as its actor; an actor token must be this client's, and its subject act for
 * itself. The result ends with whichever token ends first.
 */
async function actorOf(
  token: PresentedToken,
  actorToken: string | undefined,
  { client, people, tokens }: Pick<GrantContext<unknown>, 'client' | 'people' | 'tokens'>,
): Promise<{ actor: Actor | undefined; until: Date }> {
  const inner = token.actor === undefined ? {} : { act: token.actor };
  if (actorToken === undefined) {
    const actor = token.clientId === client.id ? token.actor : { sub: clientName(client.id), ...inner };
    return { actor, until: token.expiresAt };
  }
  const { subject, clientId, actor: further, expiresAt } = await tokens.verify(actorToken, 'invalid_request');
  if (clientId !== client.id) {
    throw new GrantRefusal('invalid_request', 'The actor token is not one of this client.');
  }
  if (further !== undefined) {
    throw new GrantRefusal('invalid_request', 'The actor token is of someone who acts for another.');
  }
  const person = subject.kind === 'user' ? await people.find(subject.id) : undefined;
  const sub = person === undefined ? clientName(subject.id) : userName(person);
  return { actor: { sub, ...inner }, until: expiresAt < token.expiresAt ? expiresAt : token.expiresAt };
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

function isWithActorToken(parameters: object | undefined): boolean {
  return parameters instanceof TokenExchangeParameters && parameters.actor_token !== undefined;
}
