import { Injectable } from '@nestjs/common';
import { GrantRefusal, type PresentedToken, type RefusalCode, type TokenLookup } from '@gatehouse/grant-sdk';
import { errors, type JWTHeaderParameters, jwtVerify } from 'jose';
import { ClientStore } from '../clients/client.store';
import { Configuration } from '../config/configuration';
import { KeyRing } from '../keys/key-ring';
import { SIGNING_ALGS } from '../keys/signing-alg';
import { UserStore } from '../users/user.store';
import { readAccessToken } from './claims/read-access-token';
import { Families } from './families';

/** Verifies access tokens of this service that come back as the subject or actor of a grant. */
@Injectable()
export class TokenVerifier implements TokenLookup {
  private readonly issuers: string[];
  /** Of tokens for no one in particular. */
  private readonly ownAudiences: string[];

  constructor(
    private readonly keys: KeyRing,
    private readonly families: Families,
    private readonly clients: ClientStore,
    private readonly users: UserStore,
    { issuers }: Configuration,
  ) {
    this.ownAudiences = [issuers.oauth, issuers.csp, `${issuers.oauth}/SAAS/auth/oauthtoken`];
    this.issuers = [...new Set([issuers.oauth, issuers.csp, issuers.identityManager])];
  }

  async verify(accessToken: string, refusal: RefusalCode = 'invalid_grant'): Promise<PresentedToken> {
    const refuse = (because: string) => new GrantRefusal(refusal, 'The token presented is not valid.', because);
    const token = await this.readSigned(accessToken, refuse);
    if (token.session !== undefined && !(await this.families.isAlive(token.session)))
      throw refuse('its login has ended');
    if ((await this.clients.find(token.clientId)) === undefined) throw refuse('its client is disabled or gone');
    const { kind, id } = token.subject;
    if (kind === 'user' && (await this.users.find(id)) === undefined) throw refuse('its user is disabled or gone');
    return token;
  }

  private async readSigned(accessToken: string, refuse: (because: string) => GrantRefusal): Promise<PresentedToken> {
    try {
      const { payload, protectedHeader } = await jwtVerify(accessToken, (header) => this.keyOf(header), {
        algorithms: [...SIGNING_ALGS],
        issuer: this.issuers,
        requiredClaims: ['exp', 'iat', 'jti'],
      });
      const token = readAccessToken(payload, protectedHeader.typ);
      if (token === undefined) throw refuse('it is no access token');
      return payload.aud === undefined || this.ownAudiences.includes(String(payload.aud))
        ? token
        : { ...token, audience: String(payload.aud) };
    } catch (error) {
      if (error instanceof errors.JOSEError) throw refuse(error.message);
      throw error;
    }
  }

  private keyOf({ kid }: JWTHeaderParameters) {
    const key = this.keys.publicKey(kid ?? '');
    if (key === undefined) throw new errors.JWKSNoMatchingKey();
    return key;
  }
}
