import { Grant, type GrantContext, type GrantDecision, GrantRefusal, type TokenGrant } from '@gatehouse/grant-sdk';
import { IntersectionType, PartialType, PickType } from '@nestjs/swagger';
import type { AuthorizationCodeEntity } from '../../authorization-codes/authorization-code.entity';
import { AuthorizationCodes } from '../../authorization-codes/authorization-codes';
import { answersChallenge } from '../../authorization-codes/code-challenge';
import { Families } from '../../tokens/families';
import { TokenParameters } from '../token-parameters';

/** Past these the code is dead: nobody has so many tries at a verifier. */
const MOST_WRONG_VERIFIERS = 5;

class AuthorizationCodeParameters extends IntersectionType(
  PickType(TokenParameters, ['code', 'redirect_uri']),
  PartialType(PickType(TokenParameters, ['code_verifier'])),
) {}

/** What a login in a browser gave: RFC 6749 section 4.1.3, RFC 7636 section 4.6. */
@Grant({
  type: 'authorization_code',
  params: AuthorizationCodeParameters,
  summary: 'The user who logged in with a browser.',
  example: { code: '…', redirect_uri: 'http://127.0.0.1:8400/callback', code_verifier: '…' },
  publicClients: true,
})
export class AuthorizationCodeGrant implements TokenGrant<AuthorizationCodeParameters> {
  constructor(
    private readonly codes: AuthorizationCodes,
    private readonly families: Families,
  ) {}

  async decide({ params, client, people, request }: GrantContext<AuthorizationCodeParameters>): Promise<GrantDecision> {
    const code = await this.codes.find(params.code);
    if (code === undefined) throw refusal('there is no such code');
    if (code.clientId !== client.id) throw refusal(`it was given to client ${code.clientId}`, code);
    if (code.redirectUri !== params.redirect_uri) throw refusal('the redirect URI is not the one it was sent to', code);
    await this.requireVerifier(code, params.code_verifier);
    await this.refuseSecondUse(code, request.receivedAt);
    if (code.expiresAt <= request.receivedAt) throw refusal('it has expired', code);
    if ((await people.find(code.userId)) === undefined) throw refusal('its user is disabled or gone', code);
    return {
      subject: { kind: 'user', id: code.userId },
      orgId: code.orgId,
      scopes: code.scopes,
      session: { kind: 'begin', id: code.loginId, browserSession: code.browserSessionId },
      interactive: true,
      nonce: code.nonce ?? undefined,
      authTime: code.authTime,
      consume: [{ kind: 'authorization_code', id: code.hash, until: code.expiresAt }],
    };
  }

  private async requireVerifier(code: AuthorizationCodeEntity, verifier: string | undefined): Promise<void> {
    if (code.codeChallenge === null) {
      // Someone may have taken the challenge out of the authorization request (RFC 9700 section 4.8.2).
      if (verifier === undefined) return;
      throw refusal('there is a code verifier, but there was no challenge', code);
    }
    if (verifier === undefined) throw refusal('the code verifier is missing', code);
    if (code.wrongVerifiers >= MOST_WRONG_VERIFIERS)
      throw refusal('too many wrong code verifiers were tried with it', code);
    if (answersChallenge(code.codeChallenge, verifier)) return;
    await this.codes.countWrongVerifier(code);
    throw refusal('the code verifier is wrong', code);
  }

  /**
   * Whoever comes after the first success may be a thief, or the first may have been: the login ends (RFC 6749 section
   * 4.1.2). Who was under way before the tokens left is only a repeat, and is refused without harm.
   */
  private async refuseSecondUse(code: AuthorizationCodeEntity, receivedAt: Date): Promise<void> {
    const login = await this.families.find(code.loginId);
    if (login === undefined) return;
    const because = 'an authorization code was redeemed again';
    const isRepeat = login.answeredAt === null || receivedAt < login.answeredAt;
    throw refusal(because, code, isRepeat ? undefined : login.id);
  }
}

function refusal(because: string, code?: AuthorizationCodeEntity, endsLogin?: string): GrantRefusal {
  const about = code && { userId: code.userId, orgId: code.orgId, loginId: code.loginId };
  return new GrantRefusal('invalid_grant', 'The authorization code is not valid.', because, { about, endsLogin });
}
