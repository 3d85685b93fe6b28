import { Controller, Delete, Get, HttpCode, Param, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { Access } from '../../access/access.decorator';
import type { Administrator } from '../administration';
import { By } from '../administrator';
import { AnswersPage, TakesQuery } from '../json.docs';
import { parsedQuery } from '../json-body';
import { sendList, sendNothing } from '../send-json';
import { CHANGES_PEOPLE, pathWith, SEES_PEOPLE } from '../users/access-to-people';
import { loginFilters, loginQuery, shownLogin } from './login.shape';
import { LoginsAdministration } from './logins-administration';

const PATH = '/admin/orgs/:orgId/logins';

@ApiTags('Logins and revocation')
@Controller(PATH)
export class LoginsController {
  constructor(private readonly logins: LoginsAdministration) {}

  @Get()
  @Access(SEES_PEOPLE)
  @ApiOperation({ summary: 'List the logins for an organization', description: 'That have neither ended nor expired.' })
  @AnswersPage(shownLogin)
  @TakesQuery(loginFilters)
  async list(@Param('orgId') orgId: string, @Query() query: unknown, @Res() response: Response): Promise<void> {
    sendList(response, await this.logins.list(orgId, parsedQuery(query, loginQuery), pathWith(PATH, { orgId })));
  }

  @Delete(':loginId')
  @HttpCode(204)
  @Access(CHANGES_PEOPLE)
  @ApiOperation({
    summary: 'End a login',
    description: 'With its tokens, and all that was exchanged for them.',
  })
  async end(
    @Param('orgId') orgId: string,
    @Param('loginId') loginId: string,
    @By() by: Administrator,
    @Res() response: Response,
  ): Promise<void> {
    await this.logins.end(orgId, loginId, by);
    sendNothing(response);
  }
}
