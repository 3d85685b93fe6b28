import { Injectable } from '@nestjs/common';
import type { DialectName } from '@gatehouse/grant-sdk';
import { Signer } from '../keys/signer';
import { cspAccessToken } from './claims/csp.claims';
import { identityManagerAccessToken } from './claims/identity-manager.claims';
import { oauthAccessToken } from './claims/oauth.claims';
import type { Issuance } from './issuance';

/** What a token says, as a JWS header type and claims. */
interface TokenContent {
  readonly typ: string;
  readonly claims: object;
}

const ACCESS_TOKEN: Readonly<Record<DialectName, (issuance: Issuance) => TokenContent>> = {
  csp: cspAccessToken,
  'identity-manager': identityManagerAccessToken,
  oauth: oauthAccessToken,
};

/** What a client gets. The dialect decides how it is written. */
export interface IssuedTokens {
  readonly accessToken: string;
  /** Seconds; `exp` minus `iat` of the access token. */
  readonly expiresIn: number;
  /** Space-separated. */
  readonly scope: string;
}

/** The only signer of tokens. */
@Injectable()
export class TokenIssuer {
  constructor(private readonly signer: Signer) {}

  async issue(issuance: Issuance): Promise<IssuedTokens> {
    const { typ, claims } = ACCESS_TOKEN[issuance.dialect](issuance);
    return {
      accessToken: await this.signer.sign(issuance.client.signingAlg, typ, claims),
      expiresIn: issuance.expiresAt - issuance.issuedAt,
      scope: issuance.scopes.join(' '),
    };
  }
}
