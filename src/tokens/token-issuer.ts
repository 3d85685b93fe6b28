import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { DialectName } from '@gatehouse/grant-sdk';
import { Signer } from '../keys/signer';
import { cspAccessToken } from './claims/csp.claims';
import { idToken } from './claims/id-token.claims';
import { identityManagerAccessToken } from './claims/identity-manager.claims';
import { oauthAccessToken } from './claims/oauth.claims';
import type { Issuance } from './issuance';
import { ACCESS_TOKEN_TYPE, ID_TOKEN_TYPE } from './token-type';

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
  /** Absent when only an ID token is issued. */
  readonly accessToken: string | undefined;
  readonly idToken: string | undefined;
  readonly refreshToken: string | undefined;
  /** After an exchange. */
  readonly issuedTokenType: string | undefined;
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
    const accessToken =
      issuance.issue === 'id_token' ? undefined : await this.sign(issuance, ACCESS_TOKEN[issuance.dialect](issuance));
    const idTokenContent =
      issuance.issue === 'access_token'
        ? undefined
        : idToken(issuance, accessToken && this.atHash(issuance, accessToken));
    return {
      accessToken,
      idToken: idTokenContent && (await this.sign(issuance, idTokenContent)),
      refreshToken: issuance.session?.refreshToken,
      issuedTokenType: issuance.exchange ? issuedTokenType(issuance) : undefined,
      expiresIn: issuance.expiresAt - issuance.issuedAt,
      scope: issuance.scopes.join(' '),
    };
  }

  private sign({ client }: Issuance, { typ, claims }: TokenContent): Promise<string> {
    return this.signer.sign(client.signingAlg, typ, claims);
  }

  /** Left half of the hash that belongs to the algorithm (OpenID Connect Core section 3.1.3.6); Ed25519's is SHA-512. */
  private atHash({ client }: Issuance, accessToken: string): string {
    const digest = createHash(client.signingAlg === 'EdDSA' ? 'sha512' : 'sha256')
      .update(accessToken)
      .digest();
    return digest.subarray(0, digest.length / 2).toString('base64url');
  }
}

function issuedTokenType({ issue }: Issuance): string {
  return issue === 'id_token' ? ID_TOKEN_TYPE : ACCESS_TOKEN_TYPE;
}
