import { Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import { bodyOf } from '../../http/raw-body';
import { receivedAtOf } from '../../http/received-at';
import { requestIdOf } from '../../http/request-id';
import { send } from '../../http/send';
import type { Dialect } from '../dialect';
import { ApiTokenEndpoint } from '../api-token-endpoint';
import { TokenEndpoint } from '../token-endpoint';
import type { TokenRequest } from '../token-request';

/** Between Express and the token endpoint: makes the request a value, and writes the answer. */
@Injectable()
export class TokenExchange {
  constructor(
    private readonly endpoint: TokenEndpoint,
    private readonly apiTokens: ApiTokenEndpoint,
  ) {}

  async answer(dialect: Dialect, request: Request, response: Response, { jsonAllowed = false } = {}): Promise<void> {
    const tokens = await this.endpoint.handle(toTokenRequest(dialect, request, response, jsonAllowed));
    send(response, dialect.renderTokens(tokens));
  }

  /** The same for an API token, which no client presents. */
  async answerApiToken(dialect: Dialect, request: Request, response: Response): Promise<void> {
    const tokens = await this.apiTokens.handle(toTokenRequest(dialect, request, response, true));
    send(response, dialect.renderTokens(tokens));
  }
}

export function toTokenRequest(
  dialect: Dialect,
  request: Request,
  response: Response,
  jsonAllowed: boolean,
): TokenRequest {
  return {
    id: requestIdOf(response),
    receivedAt: receivedAtOf(request),
    dialect,
    address: request.ip ?? '',
    authorization: request.headers.authorization,
    query: request.originalUrl.split('?').slice(1).join('?'),
    contentType: request.headers['content-type'],
    body: bodyOf(request),
    jsonAllowed,
  };
}
