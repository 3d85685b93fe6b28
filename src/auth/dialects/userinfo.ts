import { Injectable } from '@nestjs/common';
import type { Response } from 'express';
import type { Caller } from '../../access/caller';
import { uncachedJson } from '../../http/http-answer';
import { send } from '../../http/send';
import type { Dialect } from '../dialect';
import { UserinfoReader } from '../userinfo-reader';

/** What the userinfo endpoints of all dialects do. */
@Injectable()
export class Userinfo {
  constructor(private readonly reader: UserinfoReader) {}

  async answer(dialect: Dialect, { token }: Caller, response: Response): Promise<void> {
    send(response, uncachedJson(200, await this.reader.read(token, dialect)));
  }
}
