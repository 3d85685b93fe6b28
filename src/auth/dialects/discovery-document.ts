import { Injectable } from '@nestjs/common';
import { Configuration } from '../../config/configuration';
import { GatehouseError } from '../../errors/gatehouse-error';
import { GrantTypeRegistry } from '../../grants/grant-type.registry';
import type { HttpAnswer } from '../../http/http-answer';
import { KeyRing } from '../../keys/key-ring';
import { PROMPTS } from '../../login/authorization-request';
import type { Dialect } from '../dialect';
import { Dialects } from './dialects';
import { CACHED_FIVE_MINUTES } from './public-keys';

/** Ways in which a client shows its secret. */
const WITH_SECRET = ['client_secret_basic', 'client_secret_post'];

/**
 * RFC 8414 and OpenID Connect Discovery metadata, made from what the dialect answers and which grants are registered.
 * What it claims beyond that, a test holds the service to.
 */
@Injectable()
export class DiscoveryDocument {
  constructor(
    private readonly registry: GrantTypeRegistry,
    private readonly dialects: Dialects,
    private readonly configuration: Configuration,
    private readonly keys: KeyRing,
  ) {}

  of(dialect: Dialect): HttpAnswer {
    const base = this.configuration.issuers.oauth;
    const endpoints = Object.entries(dialect.endpoints).map(([name, path]) => [name, `${base}${path}`] as const);
    const body = {
      issuer: dialect.issuer,
      ...Object.fromEntries(endpoints),
      grant_types_supported: this.registry.offeredIn(dialect.name).flatMap(({ names }) => names),
      response_types_supported: ['code'],
      response_modes_supported: ['query'],
      scopes_supported: ['openid'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: this.keys.algs,
      token_endpoint_auth_methods_supported: [...WITH_SECRET, 'none'],
      introspection_endpoint_auth_methods_supported: WITH_SECRET,
      revocation_endpoint_auth_methods_supported: [...WITH_SECRET, 'none'],
      code_challenge_methods_supported: ['S256'],
      prompt_values_supported: PROMPTS,
      authorization_response_iss_parameter_supported: true,
      claims_parameter_supported: false,
      request_parameter_supported: false,
      request_uri_parameter_supported: false,
    };
    return {
      status: 200,
      headers: { 'Content-Type': 'application/json; charset=utf-8', ...CACHED_FIVE_MINUTES },
      body: JSON.stringify(body),
    };
  }

  /**
   * By the path of an issuer, which RFC 8414 sections 3.1 and 5 put behind the well-known one.
   * @throws {GatehouseError} `not_found`
   */
  ofIssuerPath(path: string): HttpAnswer {
    const origin = new URL(this.configuration.issuers.oauth).origin;
    const dialect = this.dialects.all.find(({ issuer }) => issuer === `${origin}/${path}`);
    if (dialect === undefined) throw new GatehouseError('not_found', 'There is no such issuer.');
    return this.of(dialect);
  }
}
