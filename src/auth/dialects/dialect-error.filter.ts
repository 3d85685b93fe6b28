import { type ArgumentsHost, Catch, type ExceptionFilter, Logger, NotFoundException } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { Request, Response } from 'express';
import { GatehouseError } from '../../errors/gatehouse-error';
import { logFailure } from '../../errors/log-failure';
import { toGatehouseError } from '../../errors/to-gatehouse-error';
import { pathOf } from '../../http/access-log';
import { methodLookup } from '../../http/method-lookup';
import { requestIdOf } from '../../http/request-id';
import { send } from '../../http/send';
import { BrowserExchange } from '../../login/browser-exchange';
import { Dialects } from './dialects';

/** With which a browser comes. */
const PAGE_METHODS = ['GET', 'HEAD', 'POST'];

/** The one place where an error becomes an answer: a page for a person, else the body of the path's dialect. */
@Catch()
export class DialectErrorFilter implements ExceptionFilter {
  private readonly logger = new Logger('Errors');
  private methodsAt: ((path: string) => string[]) | undefined;

  constructor(
    private readonly dialects: Dialects,
    private readonly browser: BrowserExchange,
    private readonly adapter: HttpAdapterHost,
  ) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<Request>();
    const response = host.switchToHttp().getResponse<Response>();
    const error = this.wrongMethod(thrown, request) ?? toGatehouseError(thrown);
    logFailure(this.logger, requestIdOf(response), error);
    if (response.headersSent) {
      response.destroy();
      return;
    }
    const path = pathOf(request);
    if (PAGE_METHODS.includes(request.method) && this.dialects.pagePaths.includes(path))
      return this.browser.sendError(error, response);
    send(response, this.dialects.at(path).renderError(error, requestIdOf(response)));
  }

  /** Express tells "no such path" and "not with this method" not apart. */
  private wrongMethod(thrown: unknown, request: Request): GatehouseError | undefined {
    if (!(thrown instanceof NotFoundException)) return undefined;
    this.methodsAt ??= methodLookup(this.adapter.httpAdapter.getInstance()); // by the first request every route is there
    const allow = this.methodsAt(pathOf(request));
    if (allow.length === 0) return undefined;
    return new GatehouseError('method_not_allowed', `Use ${allow.join(' or ')} here.`, { allow });
  }
}
