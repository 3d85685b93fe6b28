import { Injectable } from '@nestjs/common';
import { Configuration } from '../../../config/configuration';
import { Dialect, INTROSPECTION_PATH, LOGOUT_PATH, REVOCATION_PATH } from '../../dialect';
import { rfc6749Error, rfc6749Tokens } from '../rfc6749-bodies';

/** VMware Identity Manager. */
@Injectable()
export class IdentityManagerDialect extends Dialect {
  readonly name = 'identity-manager';
  readonly pathPrefix = '/SAAS/';
  readonly issuer: string;
  readonly audience: string;
  readonly userinfoEndpoint: string;
  readonly endpoints = {
    authorization_endpoint: '/SAAS/auth/oauth2/authorize',
    token_endpoint: '/SAAS/auth/oauthtoken',
    userinfo_endpoint: '/SAAS/jersey/manager/api/userinfo',
    introspection_endpoint: INTROSPECTION_PATH,
    revocation_endpoint: REVOCATION_PATH,
    end_session_endpoint: LOGOUT_PATH,
    jwks_uri: '/SAAS/API/1.0/REST/auth/token?attribute=publicKey&format=jwks',
  };
  readonly tokenPaths = [this.endpoints.token_endpoint];
  readonly unknownScope = 'ignore';
  readonly queryParameters = true;
  readonly idTokenUnasked = false;
  readonly loginHintNames = ['login_hint', 'u'];
  readonly renderTokens = rfc6749Tokens;
  readonly renderError = rfc6749Error;

  constructor({ issuers }: Configuration) {
    super();
    this.userinfoEndpoint = `${issuers.oauth}${this.endpoints.userinfo_endpoint}`;
    this.issuer = issuers.identityManager;
    this.audience = `${issuers.oauth}${this.endpoints.token_endpoint}`;
  }
}
