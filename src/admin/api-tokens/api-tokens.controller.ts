import { Controller, Get, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Access, ORG_ROLES } from '../../access/access.decorator';
import { type Caller, CallerOf } from '../../access/caller';
import type { Administrator } from '../administration';
import { By } from '../administrator';
import { Answers, AnswersPage, ReadsJson } from '../json.docs';
import { jsonBody, parsedQuery } from '../json-body';
import { sendList, sendNothing } from '../send-json';
import { apiTokenQuery, madeApiToken, newApiToken, shownApiToken, tokensToDeactivate } from './api-token.shape';
import { ApiTokenMaker } from './api-token-maker';
import { ApiTokensAdministration } from './api-tokens-administration';

const PATH = '/csp/gateway/am/api/orgs/:orgId/api-tokens';

@ApiTags('API tokens')
@Controller(PATH)
export class ApiTokensController {
  constructor(
    private readonly tokens: ApiTokensAdministration,
    private readonly maker: ApiTokenMaker,
  ) {}

  @Get()
  @Access({ roles: ORG_ROLES, platform: ['platform_operator'] })
  @ApiOperation({ summary: 'List your API tokens, or as an administrator those of a member' })
  @ApiQuery({
    name: 'userId',
    type: String,
    required: false,
    description: 'Of whom; not yourself: for administrators.',
  })
  @AnswersPage(shownApiToken)
  async list(
    @Param('orgId') orgId: string,
    @Query() query: unknown,
    @CallerOf() caller: Caller,
    @Res() response: Response,
  ): Promise<void> {
    const path = PATH.replace(':orgId', encodeURIComponent(orgId));
    sendList(response, await this.tokens.list(orgId, parsedQuery(query, apiTokenQuery), caller, path));
  }

  @Post()
  @Access({ roles: ORG_ROLES, platform: [] })
  @ApiOperation({ summary: 'Make an API token for yourself', description: 'The answer is the only one to show it.' })
  @ReadsJson(newApiToken)
  @Answers(madeApiToken, { status: 201 })
  async make(
    @Param('orgId') orgId: string,
    @Req() request: Request,
    @By() by: Administrator,
    @Res() response: Response,
  ): Promise<void> {
    sendList(response, await this.maker.make(orgId, jsonBody(request, newApiToken), by), 201);
  }

  @Post('deactivate')
  @HttpCode(204)
  @Access({ roles: ORG_ROLES, platform: ['platform_operator'] })
  @ApiOperation({
    summary: 'Deactivate API tokens',
    description: 'Your own ones, or as an administrator those of any member: all that are named, or none.',
  })
  @ReadsJson(tokensToDeactivate)
  async deactivate(
    @Param('orgId') orgId: string,
    @Req() request: Request,
    @By() by: Administrator,
    @Res() response: Response,
  ): Promise<void> {
    await this.tokens.deactivate(orgId, jsonBody(request, tokensToDeactivate).tokenIds, by);
    sendNothing(response);
  }
}
