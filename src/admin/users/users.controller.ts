import { Controller, Delete, Get, HttpCode, Param, Patch, Post, Query, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { z } from 'zod';
import { Access } from '../../access/access.decorator';
import type { Administrator } from '../administration';
import { By } from '../administrator';
import { Answers, AnswersPage, ReadsJson, ReadsMergePatch } from '../json.docs';
import { jsonOf, parsed } from '../json-body';
import { listQueryOf } from '../paging';
import { sendList, sendNothing, sendThing } from '../send-json';
import { CHANGES_PEOPLE, ORG_PATH, pathWith, SEES_PEOPLE } from './access-to-people';
import { AccountAdministration } from './account-administration';
import { MemberAdministration } from './member-administration';
import { MemberDirectory } from './member-directory';
import { MemberRemoval } from './member-removal';
import { addedMember, newUser, shownUser, userSettings } from './user.shape';

const PATH = `${ORG_PATH}/users`;

@ApiTags('People')
@Controller(PATH)
export class UsersController {
  constructor(
    private readonly directory: MemberDirectory,
    private readonly members: MemberAdministration,
    private readonly accounts: AccountAdministration,
    private readonly removal: MemberRemoval,
  ) {}

  @Get()
  @Access(SEES_PEOPLE)
  @ApiOperation({ summary: 'List the members of an organization' })
  @AnswersPage(shownUser)
  async list(@Param('orgId') orgId: string, @Query() query: unknown, @Res() response: Response): Promise<void> {
    sendList(response, await this.directory.list(orgId, listQueryOf(query), pathWith(PATH, { orgId })));
  }

  @Post()
  @Access(CHANGES_PEOPLE)
  @ApiOperation({
    summary: 'Make a user, or make a user a member',
    description: 'With a userId someone becomes a member who has an account; else an account is made.',
  })
  @ReadsJson(z.union([newUser, addedMember]))
  @Answers(shownUser, { status: 201 })
  async create(
    @Param('orgId') orgId: string,
    @Req() request: Request,
    @By() by: Administrator,
    @Res() response: Response,
  ): Promise<void> {
    const body = jsonOf(request);
    const user = namesUser(body)
      ? await this.members.add(orgId, parsed(body, addedMember), by)
      : await this.members.create(orgId, parsed(body, newUser), by);
    sendThing(response, user, 201);
  }

  @Get(':userId')
  @Access(SEES_PEOPLE)
  @ApiOperation({ summary: 'Read a member' })
  @Answers(shownUser)
  async read(@Param('orgId') orgId: string, @Param('userId') userId: string, @Res() response: Response): Promise<void> {
    sendThing(response, await this.directory.find(orgId, userId));
  }

  @Patch(':userId')
  @Access(CHANGES_PEOPLE)
  @ApiOperation({
    summary: 'Change or disable a user',
    description: "Only the organization of the user's domain may, and nobody whom the user outranks.",
  })
  @ReadsMergePatch(userSettings)
  @Answers(shownUser)
  async change(
    @Param('orgId') orgId: string,
    @Param('userId') userId: string,
    @Req() request: Request,
    @By() by: Administrator,
    @Res() response: Response,
  ): Promise<void> {
    sendThing(response, await this.accounts.change(orgId, userId, jsonOf(request), request, by));
  }

  @Delete(':userId')
  @HttpCode(204)
  @Access(CHANGES_PEOPLE)
  @ApiOperation({
    summary: 'Take a user out of an organization',
    description: "The account goes with its last membership, if that is in the organization of the user's domain.",
  })
  async remove(
    @Param('orgId') orgId: string,
    @Param('userId') userId: string,
    @Req() request: Request,
    @By() by: Administrator,
    @Res() response: Response,
  ): Promise<void> {
    await this.removal.remove(orgId, userId, request, by);
    sendNothing(response);
  }
}

function namesUser(body: unknown): boolean {
  return typeof body === 'object' && body !== null && Object.hasOwn(body, 'userId');
}
