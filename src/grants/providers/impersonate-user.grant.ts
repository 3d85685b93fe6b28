import {
  Grant,
  type GrantContext,
  type GrantDecision,
  GrantRefusal,
  type Person,
  type PresentedToken,
  type TokenGrant,
} from '@gatehouse/grant-sdk';
import { IntersectionType, PartialType, PickType } from '@nestjs/swagger';
import { Equals } from 'class-validator';
import { userName } from '../../tokens/subject-name';
import { ACCESS_TOKEN_TYPE, ACCOUNT_TYPE } from '../../tokens/token-type';
import { TokenParameters } from '../token-parameters';

const LONGEST_SECONDS = 15 * 60;
const PERMISSION = 'csp:platform_impersonator';

class ImpersonateUserParameters extends IntersectionType(
  PickType(TokenParameters, ['subject_token', 'subject_token_type', 'actor_token', 'actor_token_type']),
  PartialType(PickType(TokenParameters, ['reason'])),
) {
  @Equals(ACCOUNT_TYPE, { message: `$property must be ${ACCOUNT_TYPE}` })
  declare subject_token_type: string;

  @Equals(ACCESS_TOKEN_TYPE, { message: `$property must be ${ACCESS_TOKEN_TYPE}` })
  declare actor_token_type: string;
}

/** Someone of the platform sees what a user sees: for minutes, never to be refreshed, and named in the token. */
@Grant({
  type: 'impersonate_user',
  params: ImpersonateUserParameters,
  summary: 'The user with that e-mail address, with the user of the actor token as the actor.',
  example: {
    subject_token: 'ada@acme.example',
    subject_token_type: ACCOUNT_TYPE,
    actor_token: '…',
    actor_token_type: ACCESS_TOKEN_TYPE,
    reason: 'support case 4711',
  },
  publicClients: false,
  dialects: ['csp'],
})
export class ImpersonateUserGrant implements TokenGrant<ImpersonateUserParameters> {
  async decide({ params, people, tokens }: GrantContext<ImpersonateUserParameters>): Promise<GrantDecision> {
    const token = await tokens.verify(params.actor_token);
    const actor = token.subject.kind === 'user' ? await people.find(token.subject.id) : undefined;
    if (actor === undefined) throw forbidden('the actor is a client, or a user who is disabled');
    refuseActor(actor, token);

    const [user, ...others] = await people.findByEmail(params.subject_token);
    if (user === undefined) throw new GrantRefusal('invalid_grant', 'The account was not found.');
    if (others.length > 0) throw new GrantRefusal('conflict', 'Several users have this e-mail address.');
    refuseSubject(user, actor);
    return {
      subject: { kind: 'user', id: user.id },
      orgId: user.defaultOrgId,
      actor: { sub: userName(actor) },
      longestSeconds: LONGEST_SECONDS,
      expiresNoLaterThan: token.expiresAt,
      authTime: token.authTime,
      session: token.session === undefined ? undefined : { kind: 'join', id: token.session },
      exchange: true,
      reason: params.reason,
    };
  }
}

function refuseActor(actor: Person, token: PresentedToken): void {
  if (!actor.platformPermissions.includes(PERMISSION)) throw forbidden(`the actor ${actor.id} lacks ${PERMISSION}`);
  if (token.actor !== undefined) throw forbidden('the actor token is that of an impersonation or delegation itself');
}

function refuseSubject(user: Person, actor: Person): void {
  if (user.id === actor.id) throw forbidden('the actor would impersonate itself');
  if (user.platformPermissions.length > 0) throw forbidden(`the user ${user.id} has platform permissions`);
}

function forbidden(because: string): GrantRefusal {
  return new GrantRefusal('forbidden', 'This impersonation is not allowed.', because);
}
