import {
  Grant,
  type GrantContext,
  type GrantDecision,
  GrantRefusal,
  type Session,
  type TokenGrant,
} from '@gatehouse/grant-sdk';
import { IntersectionType, PartialType, PickType } from '@nestjs/swagger';
import { Equals } from 'class-validator';
import { ACCESS_TOKEN_TYPE } from '../../tokens/token-type';
import { isPermission } from '../../services/permission-names';
import { fromSubject, loginOf, userOf } from '../subject-token';
import { TokenParameters } from '../token-parameters';

class ContextSwitchParameters extends IntersectionType(
  PickType(TokenParameters, ['subject_token', 'orgId']),
  PartialType(PickType(TokenParameters, ['subject_token_type'])),
) {
  @Equals(ACCESS_TOKEN_TYPE, { message: `$property must be ${ACCESS_TOKEN_TYPE}` })
  declare subject_token_type?: string;
}

/** The same user at the same client, in another org, with the roles that it has there. */
@Grant({
  type: 'context_switch',
  params: ContextSwitchParameters,
  summary: 'The user of an access token of this client, in another organization.',
  example: { subject_token: '…', orgId: 'beta' },
  publicClients: false,
  dialects: ['csp'],
})
export class ContextSwitchGrant implements TokenGrant<ContextSwitchParameters> {
  async decide({ params, client, tokens }: GrantContext<ContextSwitchParameters>): Promise<GrantDecision> {
    const token = await tokens.verify(params.subject_token);
    if (token.clientId !== client.id) {
      throw new GrantRefusal('invalid_grant', 'The token presented is not valid.', `it is of client ${token.clientId}`);
    }
    return {
      ...fromSubject(token),
      subject: userOf(token),
      orgId: params.orgId,
      // A token that was narrowed, in its own org or to no permission at all, gets none back by a switch.
      permissionsAnew: params.orgId !== token.orgId && token.scopes.some(isPermission),
      actor: token.actor,
      session: token.actor === undefined ? loginOf(token) : joined(token.session),
    };
  }
}

/** Who acts for the user gets no refresh token out of a switch. */
function joined(login: string | undefined): Session | undefined {
  return login === undefined ? undefined : { kind: 'join', id: login };
}
