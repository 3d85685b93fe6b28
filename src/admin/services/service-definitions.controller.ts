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
import { ServiceDefinitionsAdministration } from './service-definitions-administration';
import { newServiceDefinition, serviceDefinitionSettings, shownServiceDefinition } from './service-definitions.shape';

const PATH = '/admin/service-definitions';

@ApiTags('Platform administration')
@Controller(PATH)
export class ServiceDefinitionsController {
  constructor(private readonly definitions: ServiceDefinitionsAdministration) {}

  @Get()
  @Access({ roles: [], platform: ['platform_operator', 'platform_auditor'] })
  @ApiOperation({ summary: 'List service definitions' })
  @AnswersPage(shownServiceDefinition)
  async list(@Query() query: unknown, @Res() response: Response): Promise<void> {
    sendList(response, await this.definitions.list(strictListQueryOf(query), PATH));
  }

  @Post()
  @Access({ roles: [], platform: ['platform_operator'] })
  @ApiOperation({ summary: 'Create a service definition' })
  @ReadsJson(newServiceDefinition)
  @Answers(shownServiceDefinition, { status: 201 })
  async create(@Req() request: Request, @By() by: Administrator, @Res() response: Response): Promise<void> {
    sendThing(response, await this.definitions.create(jsonBody(request, newServiceDefinition), by), 201);
  }

  @Get(':id')
  @Access({ roles: [], platform: ['platform_operator', 'platform_auditor'] })
  @ApiOperation({ summary: 'Read a service definition' })
  @Answers(shownServiceDefinition)
  async read(@Param('id') id: string, @Res() response: Response): Promise<void> {
    sendThing(response, await this.definitions.find(id));
  }

  @Patch(':id')
  @Access({ roles: [], platform: ['platform_operator'] })
  @ApiOperation({ summary: 'Change a service definition' })
  @ReadsMergePatch(serviceDefinitionSettings)
  @Answers(shownServiceDefinition)
  async change(
    @Param('id') id: string,
    @Req() request: Request,
    @By() by: Administrator,
    @Res() response: Response,
  ): Promise<void> {
    sendThing(response, await this.definitions.change(id, jsonOf(request), request, by));
  }

  @Delete(':id')
  @HttpCode(204)
  @Access({ roles: [], platform: ['platform_operator'] })
  @ApiOperation({
    summary: 'Delete a service definition',
    description: 'Not while a member or a client has one of its roles: 409.',
  })
  async delete(
    @Param('id') id: string,
    @Req() request: Request,
    @By() by: Administrator,
    @Res() response: Response,
  ): Promise<void> {
    await this.definitions.delete(id, request, by);
    sendNothing(response);
  }
}
