import { CATALOGUE } from '../../errors/catalogue';
import type { GatehouseError } from '../../errors/gatehouse-error';
import { type HttpAnswer, uncachedJson } from '../../http/http-answer';
import type { IssuedTokens } from '../../tokens/token-issuer';
import { bearerChallenge, retryAndAllow } from './error-headers';
import { oauthErrorResponse } from './oauth-error-response.dto';
import type { TokenResponse } from './token-response.dto';

/** RFC 6749 section 5.1; `N_A` and the issued type are RFC 8693 section 2.2.1. */
export function rfc6749Tokens(tokens: IssuedTokens): HttpAnswer {
  const { accessToken, idToken, refreshToken, issuedTokenType, expiresIn, scope } = tokens;
  const body: TokenResponse = {
    access_token: accessToken ?? idToken ?? '',
    token_type: accessToken === undefined ? 'N_A' : 'Bearer',
    expires_in: expiresIn,
    scope,
    ...(refreshToken === undefined ? {} : { refresh_token: refreshToken }),
    ...(idToken === undefined ? {} : { id_token: idToken }),
    ...(issuedTokenType === undefined ? {} : { issued_token_type: issuedTokenType }),
  };
  return uncachedJson(200, body);
}

/** RFC 9110 section 11.6.1, with RFC 7617's charset. */
const BASIC_CHALLENGE = { 'WWW-Authenticate': 'Basic realm="Gatehouse", charset="UTF-8"' };

/** RFC 6749 section 5.2. */
export function rfc6749Error(error: GatehouseError): HttpAnswer {
  const [status] = CATALOGUE[error.code].oauth;
  const challenge = error.code === 'invalid_client' ? BASIC_CHALLENGE : bearerChallenge(error);
  return uncachedJson(status, oauthErrorResponse(error), { ...challenge, ...retryAndAllow(error) });
}
