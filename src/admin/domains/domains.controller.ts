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
import { DomainsAdministration } from './domains-administration';
import { newDomain, domainSettings, shownDomain } from './domain.shape';

const PATH = '/admin/domains';

@ApiTags('Platform administration')
@Controller(PATH)
export class DomainsController {
  constructor(private readonly domains: DomainsAdministration) {}

  @Get()
  @Access({ roles: [], platform: ['platform_operator', 'platform_auditor'] })
  @ApiOperation({ summary: 'List domains' })
  @AnswersPage(shownDomain)
  async list(@Query() query: unknown, @Res() response: Response): Promise<void> {
    sendList(response, await this.domains.list(strictListQueryOf(query), PATH));
  }

  @Post()
  @Access({ roles: [], platform: ['platform_operator'] })
  @ApiOperation({ summary: 'Create a domain' })
  @ReadsJson(newDomain)
  @Answers(shownDomain, { status: 201 })
  async create(@Req() request: Request, @By() by: Administrator, @Res() response: Response): Promise<void> {
    sendThing(response, await this.domains.create(jsonBody(request, newDomain), by), 201);
  }

  @Get(':name')
  @Access({ roles: [], platform: ['platform_operator', 'platform_auditor'] })
  @ApiOperation({ summary: 'Read a domain' })
  @Answers(shownDomain)
  async read(@Param('name') name: string, @Res() response: Response): Promise<void> {
    sendThing(response, await this.domains.find(name));
  }

  @Patch(':name')
  @Access({ roles: [], platform: ['platform_operator'] })
  @ApiOperation({ summary: 'Change a domain' })
  @ReadsMergePatch(domainSettings)
  @Answers(shownDomain)
  async change(
    @Param('name') name: string,
    @Req() request: Request,
    @By() by: Administrator,
    @Res() response: Response,
  ): Promise<void> {
    sendThing(response, await this.domains.change(name, jsonOf(request), request, by));
  }

  @Delete(':name')
  @HttpCode(204)
  @Access({ roles: [], platform: ['platform_operator'] })
  @ApiOperation({
    summary: 'Delete a domain',
    description: 'Not while there are users in it: 409.',
  })
  async delete(
    @Param('name') name: string,
    @Req() request: Request,
    @By() by: Administrator,
    @Res() response: Response,
  ): Promise<void> {
    await this.domains.delete(name, request, by);
    sendNothing(response);
  }
}
