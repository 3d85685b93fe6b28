import { Injectable } from '@nestjs/common';
import { Configuration } from '../../config/configuration';
import { GrantTypeRegistry } from '../../grants/grant-type.registry';
import type { HttpAnswer } from '../../http/http-answer';
import type { Dialect } from '../dialect';
import { CACHED_FIVE_MINUTES } from './public-keys';

/** RFC 8414 metadata, made from what the dialect answers and which grants are registered: nothing is listed by hand. */
@Injectable()
export class DiscoveryDocument {
  constructor(
    private readonly registry: GrantTypeRegistry,
    private readonly configuration: Configuration,
  ) {}

  of(dialect: Dialect): HttpAnswer {
    const base = this.configuration.issuers.oauth;
    const endpoints = Object.entries(dialect.endpoints).map(([name, path]) => [name, `${base}${path}`] as const);
    const body = {
      issuer: dialect.issuer,
      ...Object.fromEntries(endpoints),
      grant_types_supported: this.registry.offeredIn(dialect.name).flatMap(({ names }) => names),
      response_types_supported: [],
      token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'none'],
    };
    return {
      status: 200,
      headers: { 'Content-Type': 'application/json; charset=utf-8', ...CACHED_FIVE_MINUTES },
      body: JSON.stringify(body),
    };
  }
}
