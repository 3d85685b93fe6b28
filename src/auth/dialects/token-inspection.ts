import { Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import { uncachedJson } from '../../http/http-answer';
import { send } from '../../http/send';
import type { Dialect } from '../dialect';
import { Introspection } from '../introspection';
import { Revocation } from '../revocation';
import { toTokenRequest } from './token-exchange';

/** Between Express and what clients do with tokens that there are: ask about them, and revoke them. */
@Injectable()
export class TokenInspection {
  constructor(
    private readonly introspection: Introspection,
    private readonly revocation: Revocation,
  ) {}

  async introspect(
    dialect: Dialect,
    request: Request,
    response: Response,
    { jsonAllowed = false } = {},
  ): Promise<void> {
    const said = await this.introspection.handle(toTokenRequest(dialect, request, response, jsonAllowed));
    send(response, uncachedJson(200, said));
  }

  async revoke(dialect: Dialect, request: Request, response: Response, { jsonAllowed = false } = {}): Promise<void> {
    await this.revocation.handle(toTokenRequest(dialect, request, response, jsonAllowed));
    // Nobody has to read it (RFC 7009 section 2.2), but simple-oauth2 takes no answer for one that is not JSON.
    send(response, uncachedJson(200, {}));
  }
}
