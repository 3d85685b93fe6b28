import { Injectable } from '@nestjs/common';
import { Configuration } from '../../../config/configuration';
import type { GatehouseError } from '../../../errors/gatehouse-error';
import { type HttpAnswer, uncachedJson } from '../../../http/http-answer';
import type { IssuedTokens } from '../../../tokens/token-issuer';
import { Dialect, LOGOUT_PATH } from '../../dialect';
import { ACCESS_TOKEN_TYPE, ID_TOKEN_TYPE } from '../../../tokens/token-type';
import { bearerChallenge, retryAndAllow } from '../error-headers';
import type { AccessTokenDto } from './access-token.dto';
import { cspErrorResponse } from './csp-error-response.dto';

/** VMware Cloud Services. */
@Injectable()
export class CspDialect extends Dialect {
  readonly name = 'csp';
  readonly pathPrefix = '/csp/';
  readonly issuer: string;
  readonly audience: string;
  readonly userinfoEndpoint: string;
  readonly endpoints = {
    authorization_endpoint: '/csp/gateway/discovery',
    token_endpoint: '/csp/gateway/am/api/auth/token',
    userinfo_endpoint: '/csp/gateway/am/api/userinfo',
    introspection_endpoint: '/csp/gateway/am/api/auth/introspect',
    revocation_endpoint: '/csp/gateway/am/api/auth/revoke',
    end_session_endpoint: LOGOUT_PATH,
    jwks_uri: '/csp/gateway/am/api/auth/keys',
  };
  readonly tokenPaths = [this.endpoints.token_endpoint, '/csp/gateway/am/api/auth/authorize'];
  readonly unknownScope = 'refuse';
  readonly queryParameters = false;
  readonly idTokenUnasked = true;
  readonly loginHintNames = ['login_hint'];

  constructor({ issuers }: Configuration) {
    super();
    this.userinfoEndpoint = `${issuers.oauth}${this.endpoints.userinfo_endpoint}`;
    this.issuer = issuers.csp;
    this.audience = issuers.csp;
  }

  renderTokens({ accessToken, idToken, refreshToken, expiresIn, scope }: IssuedTokens): HttpAnswer {
    const body: AccessTokenDto = {
      // RFC 8693 section 2.2.1: whatever was issued goes here.
      access_token: accessToken ?? idToken ?? '',
      token_type: 'bearer',
      issued_token_type: accessToken === undefined ? ID_TOKEN_TYPE : ACCESS_TOKEN_TYPE,
      id_token: idToken ?? null,
      refresh_token: refreshToken ?? null,
      expires_in: expiresIn,
      scope,
    };
    return uncachedJson(200, body);
  }

  renderError(error: GatehouseError, requestId: string): HttpAnswer {
    const body = cspErrorResponse(error, requestId);
    return uncachedJson(body.statusCode, body, { ...bearerChallenge(error), ...retryAndAllow(error) });
  }
}
