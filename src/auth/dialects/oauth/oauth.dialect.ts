import { Injectable } from '@nestjs/common';
import { Configuration } from '../../../config/configuration';
import { Dialect, INTROSPECTION_PATH, LOGOUT_PATH, REVOCATION_PATH } from '../../dialect';
import { rfc6749Error, rfc6749Tokens } from '../rfc6749-bodies';

/** Plain OAuth 2.0, and whatever path is not of another dialect. */
@Injectable()
export class OAuthDialect extends Dialect {
  readonly name = 'oauth';
  readonly pathPrefix = '/';
  readonly issuer: string;
  readonly audience: string;
  readonly userinfoEndpoint: string;
  readonly endpoints = {
    authorization_endpoint: '/oauth2/authorize',
    token_endpoint: '/oauth2/token',
    userinfo_endpoint: '/oauth2/userinfo',
    introspection_endpoint: INTROSPECTION_PATH,
    revocation_endpoint: REVOCATION_PATH,
    end_session_endpoint: LOGOUT_PATH,
    jwks_uri: '/oauth2/jwks',
  };
  readonly tokenPaths = [this.endpoints.token_endpoint];
  readonly unknownScope = 'refuse';
  readonly queryParameters = false;
  readonly idTokenUnasked = false;
  readonly loginHintNames = ['login_hint'];
  readonly renderTokens = rfc6749Tokens;
  readonly renderError = rfc6749Error;

  constructor({ issuers }: Configuration) {
    super();
    this.userinfoEndpoint = `${issuers.oauth}${this.endpoints.userinfo_endpoint}`;
    this.issuer = issuers.oauth;
    this.audience = issuers.oauth;
  }
}
