import { Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import { uncachedJson } from '../../http/http-answer';
import { send } from '../../http/send';
import { BearerAuthenticator } from '../bearer-authenticator';
import type { Dialect } from '../dialect';
import { UserinfoReader } from '../userinfo-reader';

/** What the userinfo endpoints of all dialects do. */
@Injectable()
export class Userinfo {
  constructor(
    private readonly bearer: BearerAuthenticator,
    private readonly reader: UserinfoReader,
  ) {}

  /** @param bareToken from a header of the dialect's own */
  async answer(dialect: Dialect, request: Request, response: Response, bareToken?: string): Promise<void> {
    const token = await this.bearer.authenticate(request.headers.authorization, bareToken);
    send(response, uncachedJson(200, await this.reader.read(token, dialect)));
  }
}
