import { Controller, Delete, Get, HttpCode, Param, Patch, Post, Query, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Access } from '../../access/access.decorator';
import type { Administrator } from '../administration';
import { By } from '../administrator';
import { Answers, AnswersPage, ReadsJson, ReadsMergePatch } from '../json.docs';
import { jsonBody, jsonOf } from '../json-body';
import { strictListQueryOf } from '../paging';
import { sendList, sendNothing, sendThing } from '../send-json';
import { TrustedIssuersAdministration } from './trusted-issuers-administration';
import { newTrustedIssuer, trustedIssuerFields, shownTrustedIssuer } from './trusted-issuer.shape';

const PATH = '/admin/trusted-issuers';

@ApiTags('Platform administration')
@Controller(PATH)
export class TrustedIssuersController {
  constructor(private readonly issuers: TrustedIssuersAdministration) {}

  @Get()
  @Access({ roles: [], platform: ['platform_operator', 'platform_auditor'] })
  @ApiOperation({ summary: 'List trusted issuers' })
  @AnswersPage(shownTrustedIssuer)
  async list(@Query() query: unknown, @Res() response: Response): Promise<void> {
    sendList(response, await this.issuers.list(strictListQueryOf(query), PATH));
  }

  @Post()
  @Access({ roles: [], platform: ['platform_operator'] })
  @ApiOperation({ summary: 'Create a trusted issuer' })
  @ReadsJson(newTrustedIssuer)
  @Answers(shownTrustedIssuer, { status: 201 })
  async create(@Req() request: Request, @By() by: Administrator, @Res() response: Response): Promise<void> {
    sendThing(response, await this.issuers.create(jsonBody(request, newTrustedIssuer), by), 201);
  }

  @Get(':id')
  @Access({ roles: [], platform: ['platform_operator', 'platform_auditor'] })
  @ApiOperation({ summary: 'Read a trusted issuer' })
  @Answers(shownTrustedIssuer)
  async read(@Param('id') id: string, @Res() response: Response): Promise<void> {
    sendThing(response, await this.issuers.find(id));
  }

  @Patch(':id')
  @Access({ roles: [], platform: ['platform_operator'] })
  @ApiOperation({ summary: 'Change a trusted issuer' })
  @ReadsMergePatch(trustedIssuerFields)
  @Answers(shownTrustedIssuer)
  async change(
    @Param('id') id: string,
    @Req() request: Request,
    @By() by: Administrator,
    @Res() response: Response,
  ): Promise<void> {
    sendThing(response, await this.issuers.change(id, jsonOf(request), request, by));
  }

  @Delete(':id')
  @HttpCode(204)
  @Access({ roles: [], platform: ['platform_operator'] })
  @ApiOperation({
    summary: 'Delete a trusted issuer',
    description: 'From then on nothing that it asserts counts.',
  })
  async delete(
    @Param('id') id: string,
    @Req() request: Request,
    @By() by: Administrator,
    @Res() response: Response,
  ): Promise<void> {
    await this.issuers.delete(id, request, by);
    sendNothing(response);
  }
}
