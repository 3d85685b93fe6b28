import { Injectable } from '@nestjs/common';
import type { PresentedToken } from '@gatehouse/grant-sdk';
import { GatehouseError } from '../errors/gatehouse-error';
import { TokenVerifier } from '../tokens/token-verifier';

/** Finds out on whose behalf a request comes that carries an access token. */
@Injectable()
export class BearerAuthenticator {
  constructor(private readonly tokens: TokenVerifier) {}

  /**
   * @param authorization the header (RFC 6750 section 2.1)
   * @param bare a token that came in a header of its own, or in a form
   * @throws {GatehouseError} `invalid_token`, the same whatever is wrong with the token
   */
  async authenticate(authorization: string | undefined, bare?: string): Promise<PresentedToken> {
    const token = bare ?? /^Bearer +([A-Za-z0-9._~+/-]+=*)$/i.exec(authorization ?? '')?.[1];
    if (token === undefined) {
      const unauthenticated = !/^Bearer(?: |$)/i.test(authorization ?? '');
      throw new GatehouseError('invalid_token', 'An access token is needed.', { unauthenticated });
    }
    const judged = await this.tokens.judge(token);
    if ('token' in judged && judged.token.audience === undefined) return judged.token;
    // One that was given for another audience is good only there (RFC 9068 section 4).
    const detail = 'because' in judged ? judged.because : 'it is for another audience';
    throw new GatehouseError('invalid_token', 'The access token is not valid.', { detail });
  }
}
