import { Controller, Get, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { Access } from '../../access/access.decorator';
import { AnswersPage } from '../json.docs';
import { strictListQueryOf } from '../paging';
import { sendList } from '../send-json';
import { shownSigningKey, SigningKeysAdministration } from './signing-keys-administration';

const PATH = '/admin/signing-keys';

@ApiTags('Platform administration')
@Access({ roles: [], platform: ['platform_operator', 'platform_auditor'] })
@Controller(PATH)
export class SigningKeysController {
  constructor(private readonly keys: SigningKeysAdministration) {}

  @Get()
  @ApiOperation({ summary: 'List the keys that sign tokens' })
  @AnswersPage(shownSigningKey)
  async list(@Query() query: unknown, @Res() response: Response): Promise<void> {
    sendList(response, await this.keys.list(strictListQueryOf(query), PATH));
  }
}
