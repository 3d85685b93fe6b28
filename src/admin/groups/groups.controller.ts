import { Controller, Delete, Get, HttpCode, Param, Patch, Post, Query, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Access } from '../../access/access.decorator';
import type { Administrator } from '../administration';
import { By } from '../administrator';
import { Answers, AnswersPage, ReadsJson, ReadsMergePatch } from '../json.docs';
import { jsonBody, jsonOf } from '../json-body';
import { listQueryOf } from '../paging';
import { sendList, sendNothing, sendThing } from '../send-json';
import { CHANGES_PEOPLE, ORG_PATH, pathWith, SEES_PEOPLE } from '../users/access-to-people';
import { groupSettings, newGroup, shownGroup } from './group.shape';
import { GroupsAdministration } from './groups-administration';

const PATH = `${ORG_PATH}/groups`;

@ApiTags('Groups')
@Controller(PATH)
export class GroupsController {
  constructor(private readonly groups: GroupsAdministration) {}

  @Get()
  @Access(SEES_PEOPLE)
  @ApiOperation({ summary: 'List the groups of an organization' })
  @AnswersPage(shownGroup)
  async list(@Param('orgId') orgId: string, @Query() query: unknown, @Res() response: Response): Promise<void> {
    sendList(response, await this.groups.list(orgId, listQueryOf(query), pathWith(PATH, { orgId })));
  }

  @Post()
  @Access(CHANGES_PEOPLE)
  @ApiOperation({ summary: 'Create a group' })
  @ReadsJson(newGroup)
  @Answers(shownGroup, { status: 201 })
  async create(
    @Param('orgId') orgId: string,
    @Req() request: Request,
    @By() by: Administrator,
    @Res() response: Response,
  ): Promise<void> {
    sendThing(response, await this.groups.create(orgId, jsonBody(request, newGroup), by), 201);
  }

  @Get(':groupId')
  @Access(SEES_PEOPLE)
  @ApiOperation({ summary: 'Read a group' })
  @Answers(shownGroup)
  async read(
    @Param('orgId') orgId: string,
    @Param('groupId') groupId: string,
    @Res() response: Response,
  ): Promise<void> {
    sendThing(response, await this.groups.find(orgId, groupId));
  }

  @Patch(':groupId')
  @Access(CHANGES_PEOPLE)
  @ApiOperation({ summary: 'Change a group' })
  @ReadsMergePatch(groupSettings)
  @Answers(shownGroup)
  async change(
    @Param('orgId') orgId: string,
    @Param('groupId') groupId: string,
    @Req() request: Request,
    @By() by: Administrator,
    @Res() response: Response,
  ): Promise<void> {
    sendThing(response, await this.groups.change(orgId, groupId, jsonOf(request), request, by));
  }

  @Delete(':groupId')
  @HttpCode(204)
  @Access(CHANGES_PEOPLE)
  @ApiOperation({ summary: 'Delete a group' })
  async delete(
    @Param('orgId') orgId: string,
    @Param('groupId') groupId: string,
    @Req() request: Request,
    @By() by: Administrator,
    @Res() response: Response,
  ): Promise<void> {
    await this.groups.delete(orgId, groupId, request, by);
    sendNothing(response);
  }
}
