import { Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import { AuthorizationEndpoint } from '../../login/authorization-endpoint';
import { BrowserExchange } from '../../login/browser-exchange';
import type { Dialect } from '../dialect';

/** What the authorization endpoints of all dialects do. */
@Injectable()
export class BrowserLogin {
  constructor(
    private readonly exchange: BrowserExchange,
    private readonly endpoint: AuthorizationEndpoint,
  ) {}

  open(dialect: Dialect, request: Request, response: Response): Promise<void> {
    return this.exchange.open(dialect, request, response, (asked) => this.endpoint.open(asked));
  }

  submit(dialect: Dialect, request: Request, response: Response): Promise<void> {
    return this.exchange.submit(dialect, request, response, (form) => this.endpoint.submit(form));
  }
}
