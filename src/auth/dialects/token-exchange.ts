import { Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import { bodyOf } from '../../http/raw-body';
import { requestIdOf } from '../../http/request-id';
import { send } from '../../http/send';
import type { Dialect } from '../dialect';
import { TokenEndpoint } from '../token-endpoint';

/** Between Express and the token endpoint: makes the request a value, and writes the answer. */
@Injectable()
export class TokenExchange {
  constructor(private readonly endpoint: TokenEndpoint) {}

  async answer(dialect: Dialect, request: Request, response: Response, { jsonAllowed = false } = {}): Promise<void> {
    const tokens = await this.endpoint.handle({
      id: requestIdOf(response),
      dialect,
      address: request.ip ?? '',
      authorization: request.headers.authorization,
      query: request.originalUrl.split('?').slice(1).join('?'),
      contentType: request.headers['content-type'],
      body: bodyOf(request),
      jsonAllowed,
    });
    send(response, dialect.renderTokens(tokens));
  }
}
