import { Injectable } from '@nestjs/common';
import { Configuration } from '../../../config/configuration';
import { Dialect } from '../../dialect';
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
    token_endpoint: '/SAAS/auth/oauthtoken',
    jwks_uri: '/SAAS/API/1.0/REST/auth/token?attribute=publicKey&format=jwks',
  };
  readonly tokenPaths = [this.endpoints.token_endpoint];
  readonly unknownScope = 'ignore';
  readonly queryParameters = true;
  readonly renderTokens = rfc6749Tokens;
  readonly renderError = rfc6749Error;

  constructor({ issuers }: Configuration) {
    super();
    this.userinfoEndpoint = `${issuers.oauth}/SAAS/jersey/manager/api/userinfo`;
    this.issuer = issuers.identityManager;
    this.audience = `${issuers.oauth}${this.endpoints.token_endpoint}`;
  }
}
