import { Grant, type GrantContext, type GrantDecision, GrantRefusal, type TokenGrant } from '@gatehouse/grant-sdk';
import { PickType } from '@nestjs/swagger';
import { Families } from '../../tokens/families';
import { RefreshTokens } from '../../tokens/refresh-tokens';
import { TokenParameters } from '../token-parameters';

class RefreshTokenParameters extends PickType(TokenParameters, ['refresh_token']) {}

/**
 * A new access token of a login: RFC 6749 section 6. Whether a token that rotates was redeemed before is decided when it
 * is redeemed, in one statement: see RefreshTokens.
 */
@Grant({
  type: 'refresh_token',
  params: RefreshTokenParameters,
  summary: 'The user of an earlier login, with what it was granted then or less.',
  example: { refresh_token: '…' },
  publicClients: true,
})
export class RefreshTokenGrant implements TokenGrant<RefreshTokenParameters> {
  constructor(
    private readonly refreshTokens: RefreshTokens,
    private readonly families: Families,
  ) {}

  async decide({ params, client, people, request }: GrantContext<RefreshTokenParameters>): Promise<GrantDecision> {
    const family = await this.refreshTokens.findFamily(params.refresh_token);
    if (family === undefined) throw refusal('there is no such refresh token');
    if (family.clientId !== client.id) throw refusal(`it belongs to client ${family.clientId}`);
    if (family.endedAt !== null) throw refusal(`its login has ended: ${family.endReason ?? ''}`);
    if (family.expiresAt <= request.receivedAt) throw refusal('it has expired');
    if (this.refreshTokens.isIdle(family, request.receivedAt)) throw refusal('it was not used for too long');
    if (family.parentId !== null && (await this.families.comesFromDisabledClient(family.id))) {
      throw refusal('a client that it comes from is disabled');
    }
    if ((await people.find(family.userId)) === undefined) throw refusal('its user is disabled or gone');
    return {
      subject: { kind: 'user', id: family.userId },
      orgId: family.orgId,
      scopes: family.scopes,
      actor: family.actor ?? undefined,
      authTime: family.authTime,
      interactive: family.browserSessionId !== null,
      session: { kind: 'continue', id: family.id, refreshToken: params.refresh_token },
    };
  }
}

/** One message for all: who presents a token that is not its own must not learn whether it exists. */
function refusal(because: string): GrantRefusal {
  return new GrantRefusal('invalid_refresh_token', 'Invalid refresh token.', because);
}
