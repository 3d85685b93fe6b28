import { Controller, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { Access } from '../../access/access.decorator';
import type { Administrator } from '../administration';
import { By } from '../administrator';
import { Answers } from '../json.docs';
import { sendList } from '../send-json';
import { pathWith } from '../users/access-to-people';
import { erasure, PersonErasure } from './person-erasure';
import { personExport, PersonExport } from './person-export';

const PATH = '/admin/people/:userId';

@ApiTags('Person data')
@Access({ roles: [], platform: ['platform_operator'] })
@Controller(PATH)
export class PersonDataController {
  constructor(
    private readonly exports: PersonExport,
    private readonly erasure: PersonErasure,
  ) {}

  @Get('export')
  @ApiOperation({
    summary: 'Export all that is kept of a person',
    description: 'The account is on each page; go on with nextLink until there is none.',
  })
  @ApiQuery({ name: 'limit', required: false, schema: { type: 'integer', minimum: 1, maximum: 1_000, default: 500 } })
  @ApiQuery({ name: 'cursor', required: false, schema: { type: 'string' } })
  @Answers(personExport)
  async export(
    @Param('userId') userId: string,
    @Query() query: unknown,
    @By() by: Administrator,
    @Res() response: Response,
  ): Promise<void> {
    sendList(response, await this.exports.export(userId, query, pathWith(`${PATH}/export`, { userId }), by));
  }

  @Post('erase')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Erase a person',
    description:
      'Deletes the account and all that belongs to it, for good. The audit trail keeps what happened, under a pseudonym.',
  })
  @Answers(erasure)
  async erase(@Param('userId') userId: string, @By() by: Administrator, @Res() response: Response): Promise<void> {
    sendList(response, await this.erasure.erase(userId, by));
  }
}
