import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Request, Response } from 'express';
import { callerOf } from '../access/caller';
import { requestIdOf } from '../http/request-id';
import type { Administrator } from './administration';

/** Who administers by this request. */
export const By = createParamDecorator((_data: unknown, context: ExecutionContext): Administrator => {
  const http = context.switchToHttp();
  const request = http.getRequest<Request>();
  return {
    caller: callerOf(request),
    requestId: requestIdOf(http.getResponse<Response>()),
    address: request.ip ?? '',
  };
});
