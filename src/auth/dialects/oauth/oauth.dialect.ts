import { Injectable } from '@nestjs/common';
import { Configuration } from '../../../config/configuration';
import { Dialect } from '../../dialect';
import { rfc6749Error, rfc6749Tokens } from '../rfc6749-bodies';

/** Plain OAuth 2.0, and whatever path is not of another dialect. */
@Injectable()
export class OAuthDialect extends Dialect {
  readonly name = 'oauth';
  readonly pathPrefix = '/';
  readonly issuer: string;
  readonly audience: string;
  readonly userinfoEndpoint: string;
  readonly endpoints = { token_endpoint: '/oauth2/token', jwks_uri: '/oauth2/jwks' };
  readonly tokenPaths = [this.endpoints.token_endpoint];
  readonly unknownScope = 'refuse';
  readonly queryParameters = false;
  readonly renderTokens = rfc6749Tokens;
  readonly renderError = rfc6749Error;

  constructor({ issuers }: Configuration) {
    super();
    this.userinfoEndpoint = `${issuers.oauth}/oauth2/userinfo`;
    this.issuer = issuers.oauth;
    this.audience = issuers.oauth;
  }
}
