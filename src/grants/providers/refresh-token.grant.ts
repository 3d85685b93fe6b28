import { Grant, type GrantContext, type GrantDecision, GrantRefusal, type TokenGrant } from '@gatehouse/grant-sdk';
import { PickType } from '@nestjs/swagger';
import { Families } from '../../tokens/families';
import type { FamilyEntity } from '../../tokens/family.entity';
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
    const found = await this.refreshTokens.find(params.refresh_token);
    if (found === undefined) throw refusal('there is no such refresh token');
    const { family, redeemed } = found;
    const no = (because: string) => refusal(because, family);
    if (family.clientId !== client.id) throw no(`it belongs to client ${family.clientId}`);
    if (family.endedAt !== null) throw no(`its login has ended: ${family.endReason ?? ''}`);
    if (family.expiresAt <= request.receivedAt) throw no('it has expired');
    if (this.families.isIdle(family, request.receivedAt)) throw no('it was not used for too long');
    if (family.parentId !== null && (await this.families.comesFromEnded(family.id))) {
      throw no('a login that it comes from was not used for too long, or the client of one is disabled');
    }
    if ((await people.find(family.userId)) === undefined) throw no('its user is disabled or gone');
    return {
      subject: { kind: 'user', id: family.userId },
      orgId: family.orgId,
      scopes: family.scopes,
      actor: family.actor ?? undefined,
      authTime: family.authTime,
      interactive: family.browserSessionId !== null,
      session: { kind: 'continue', id: family.id, refreshToken: params.refresh_token, redeemed },
    };
  }
}

/** One message for all: who presents a token that is not its own must not learn whether it exists. */
function refusal(because: string, login?: FamilyEntity): GrantRefusal {
  const about = login && { userId: login.userId, orgId: login.orgId, loginId: login.id };
  return new GrantRefusal('invalid_refresh_token', 'Invalid refresh token.', because, about && { about });
}
