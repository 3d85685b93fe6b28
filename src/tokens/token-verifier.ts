import { Injectable } from '@nestjs/common';
import { GrantRefusal, type PresentedToken, type RefusalCode, type TokenLookup } from '@gatehouse/grant-sdk';
import { errors, type FlattenedJWSInput, type JWSHeaderParameters, type JWTPayload, jwtVerify } from 'jose';
import { Configuration } from '../config/configuration';
import { KeyRing } from '../keys/key-ring';
import { SIGNING_ALGS } from '../keys/signing-alg';
import { readAccessToken } from './claims/read-access-token';
import { TokenJudge } from './token-judge';

/**
 * The key for a JWS of this service, whose signature has to be spelled in the one way that RFC 7515 section 2 allows:
 * decoders take others, too, and one token would have many texts.
 * @throws {errors.JWKSNoMatchingKey}
 * @throws {errors.JWSInvalid}
 */
export async function publicKeyOf(keys: KeyRing, { kid }: JWSHeaderParameters, { signature }: FlattenedJWSInput) {
  if (Buffer.from(signature, 'base64url').toString('base64url') !== signature) {
    throw new errors.JWSInvalid('The signature is not spelled as base64url wants it');
  }
  const key = kid === undefined ? undefined : await keys.publicKey(kid);
  if (key === undefined) throw new errors.JWKSNoMatchingKey();
  return key;
}

/** An access token of this service, with all that it says in its dialect. */
export interface SignedToken {
  readonly token: PresentedToken;
  readonly claims: JWTPayload;
}

type Judged = SignedToken | { readonly because: string };

/** Verifies access tokens of this service that come back as the subject or actor of a grant. */
@Injectable()
export class TokenVerifier implements TokenLookup {
  private readonly issuers: string[];
  /** Of tokens for no one in particular. */
  private readonly ownAudiences: string[];

  constructor(
    private readonly keys: KeyRing,
    private readonly tokens: TokenJudge,
    { issuers }: Configuration,
  ) {
    this.ownAudiences = [issuers.oauth, issuers.csp, `${issuers.oauth}/SAAS/auth/oauthtoken`];
    this.issuers = [...new Set([issuers.oauth, issuers.csp, issuers.identityManager])];
  }

  async verify(accessToken: string, refusal: RefusalCode = 'invalid_grant'): Promise<PresentedToken> {
    const judged = await this.judge(accessToken);
    if ('token' in judged) return judged.token;
    throw new GrantRefusal(refusal, 'The token presented is not valid.', judged.because);
  }

  /** The same, without a refusal: what is wrong with the token, if anything is. */
  async judge(accessToken: string): Promise<Judged> {
    const read = await this.read(accessToken);
    if ('because' in read) return read;
    const because = await this.faultOf(read.token);
    return because === undefined ? read : { because };
  }

  /** Why a token that was read does not count any more, if so. */
  faultOf(token: PresentedToken): Promise<string | undefined> {
    return this.tokens.faultOf(token);
  }

  /** What an access token that has not expired says, whatever became of it since it was issued. */
  async read(accessToken: string): Promise<Judged> {
    try {
      const { payload, protectedHeader } = await jwtVerify(
        accessToken,
        (header, jws) => publicKeyOf(this.keys, header, jws),
        {
          algorithms: [...SIGNING_ALGS],
          issuer: this.issuers,
          requiredClaims: ['exp', 'iat', 'jti'],
        },
      );
      const token = readAccessToken(payload, protectedHeader.typ);
      if (token === undefined) return { because: 'it is no access token' };
      return payload.aud === undefined || this.ownAudiences.includes(String(payload.aud))
        ? { token, claims: payload }
        : { token: { ...token, audience: String(payload.aud) }, claims: payload };
    } catch (error) {
      if (error instanceof errors.JOSEError) return { because: error.message };
      throw error;
    }
  }
}
