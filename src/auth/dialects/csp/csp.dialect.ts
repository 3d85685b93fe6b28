import { Injectable } from '@nestjs/common';
import { Configuration } from '../../../config/configuration';
import type { GatehouseError } from '../../../errors/gatehouse-error';
import { type HttpAnswer, uncachedJson } from '../../../http/http-answer';
import type { IssuedTokens } from '../../../tokens/token-issuer';
import { Dialect } from '../../dialect';
import { retryAndAllow } from '../error-headers';
import type { AccessTokenDto } from './access-token.dto';
import { cspErrorResponse } from './csp-error-response.dto';

const ACCESS_TOKEN_TYPE = 'urn:ietf:params:oauth:token-type:access_token';

/** VMware Cloud Services. */
@Injectable()
export class CspDialect extends Dialect {
  readonly name = 'csp';
  readonly pathPrefix = '/csp/';
  readonly issuer: string;
  readonly audience: string;
  readonly endpoints = {
    token_endpoint: '/csp/gateway/am/api/auth/token',
    jwks_uri: '/csp/gateway/am/api/auth/keys',
  };
  readonly tokenPaths = [this.endpoints.token_endpoint, '/csp/gateway/am/api/auth/authorize'];
  readonly unknownScope = 'refuse';
  readonly queryParameters = false;

  constructor({ issuers }: Configuration) {
    super();
    this.issuer = issuers.csp;
    this.audience = issuers.csp;
  }

  renderTokens({ accessToken, expiresIn, scope }: IssuedTokens): HttpAnswer {
    const body: AccessTokenDto = {
      access_token: accessToken,
      token_type: 'bearer',
      issued_token_type: ACCESS_TOKEN_TYPE,
      id_token: null,
      refresh_token: null,
      expires_in: expiresIn,
      scope,
    };
    return uncachedJson(200, body);
  }

  renderError(error: GatehouseError, requestId: string): HttpAnswer {
    const body = cspErrorResponse(error, requestId);
    return uncachedJson(body.statusCode, body, retryAndAllow(error));
  }
}
