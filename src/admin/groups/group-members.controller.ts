import { Controller, Delete, Get, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Access } from '../../access/access.decorator';
import type { Administrator } from '../administration';
import { By } from '../administrator';
import { AnswersPage, ReadsJson } from '../json.docs';
import { jsonBody } from '../json-body';
import { listQueryOf } from '../paging';
import { sendList, sendNothing } from '../send-json';
import { CHANGES_PEOPLE, ORG_PATH, pathWith, SEES_PEOPLE } from '../users/access-to-people';
import { memberIds, shownGroupMember } from './group.shape';
import { GroupMembers } from './group-members';

const PATH = `${ORG_PATH}/groups/:groupId/users`;

@ApiTags('Groups')
@Controller(PATH)
export class GroupMembersController {
  constructor(private readonly members: GroupMembers) {}

  @Get()
  @Access(SEES_PEOPLE)
  @ApiOperation({ summary: 'List the people of a group' })
  @AnswersPage(shownGroupMember)
  async list(
    @Param('orgId') orgId: string,
    @Param('groupId') groupId: string,
    @Query() query: unknown,
    @Res() response: Response,
  ): Promise<void> {
    const path = pathWith(PATH, { orgId, groupId });
    sendList(response, await this.members.list(orgId, groupId, listQueryOf(query), path));
  }

  @Post()
  @HttpCode(204)
  @Access(CHANGES_PEOPLE)
  @ApiOperation({ summary: 'Take members of the organization into a group' })
  @ReadsJson(memberIds)
  async add(
    @Param('orgId') orgId: string,
    @Param('groupId') groupId: string,
    @Req() request: Request,
    @By() by: Administrator,
    @Res() response: Response,
  ): Promise<void> {
    await this.members.add(orgId, groupId, jsonBody(request, memberIds).ids, by);
    sendNothing(response);
  }

  @Delete()
  @HttpCode(204)
  @Access(CHANGES_PEOPLE)
  @ApiOperation({ summary: 'Take people out of a group' })
  @ReadsJson(memberIds)
  async remove(
    @Param('orgId') orgId: string,
    @Param('groupId') groupId: string,
    @Req() request: Request,
    @By() by: Administrator,
    @Res() response: Response,
  ): Promise<void> {
    await this.members.remove(orgId, groupId, jsonBody(request, memberIds).ids, by);
    sendNothing(response);
  }

  @Delete(':userId')
  @HttpCode(204)
  @Access(CHANGES_PEOPLE)
  @ApiOperation({ summary: 'Take someone out of a group' })
  async removeOne(
    @Param('orgId') orgId: string,
    @Param('groupId') groupId: string,
    @Param('userId') userId: string,
    @By() by: Administrator,
    @Res() response: Response,
  ): Promise<void> {
    await this.members.removeOne(orgId, groupId, userId, by);
    sendNothing(response);
  }
}
