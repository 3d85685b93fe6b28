import { Controller, Delete, Get, Param, Patch, Post, Query, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { z } from 'zod';
import { Access } from '../../access/access.decorator';
import type { Administrator } from '../administration';
import { By } from '../administrator';
import { Answers, AnswersPage, ReadsJson, ReadsMergePatch } from '../json.docs';
import { jsonBody, jsonOf } from '../json-body';
import { listQueryOf } from '../paging';
import { sendAccepted, sendList, sendThing } from '../send-json';
import { newOrg, orgSettings, shownOrg } from './org.shape';
import { OrgsAdministration } from './orgs-administration';

const PATH = '/csp/gateway/am/api/orgs';

@ApiTags('Organizations')
@Controller(PATH)
export class OrgsController {
  constructor(private readonly orgs: OrgsAdministration) {}

  @Get()
  @Access({ roles: [], platform: ['platform_operator', 'platform_auditor'] })
  @ApiOperation({ summary: 'List organizations' })
  @AnswersPage(shownOrg)
  async list(@Query() query: unknown, @Res() response: Response): Promise<void> {
    sendList(response, await this.orgs.list(listQueryOf(query), PATH));
  }

  @Post()
  @Access({ roles: [], platform: ['platform_operator'] })
  @ApiOperation({ summary: 'Create an organization' })
  @ReadsJson(newOrg)
  @Answers(shownOrg, { status: 201 })
  async create(@Req() request: Request, @By() by: Administrator, @Res() response: Response): Promise<void> {
    sendThing(response, await this.orgs.create(jsonBody(request, newOrg), by), 201);
  }

  @Get(':orgId')
  @Access({
    roles: ['org_owner', 'org_admin', 'developer', 'org_member'],
    platform: ['platform_operator', 'platform_auditor'],
  })
  @ApiOperation({ summary: 'Read an organization' })
  @Answers(shownOrg)
  async read(@Param('orgId') orgId: string, @Res() response: Response): Promise<void> {
    sendThing(response, await this.orgs.find(orgId));
  }

  @Patch(':orgId')
  @Access({ roles: ['org_owner'], platform: ['platform_operator'] })
  @ApiOperation({ summary: 'Change or disable an organization' })
  @ReadsMergePatch(orgSettings)
  @Answers(shownOrg)
  async change(
    @Param('orgId') orgId: string,
    @Req() request: Request,
    @By() by: Administrator,
    @Res() response: Response,
  ): Promise<void> {
    sendThing(response, await this.orgs.change(orgId, jsonOf(request), request, by));
  }

  @Delete(':orgId')
  @Access({ roles: [], platform: ['platform_operator'] })
  @ApiOperation({
    summary: 'Delete an organization',
    description: 'It is gone for everyone at once; while its things are being deleted, its id answers 409.',
  })
  @Answers(z.object({ status: z.literal('deleting') }), { status: 202 })
  async delete(
    @Param('orgId') orgId: string,
    @Req() request: Request,
    @By() by: Administrator,
    @Res() response: Response,
  ): Promise<void> {
    await this.orgs.delete(orgId, request, by);
    sendAccepted(response, { status: 'deleting' });
  }
}
