import { Controller, Get, Param, Patch, Put, Query, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Access } from '../../access/access.decorator';
import type { Administrator } from '../administration';
import { By } from '../administrator';
import { Answers, AnswersPage, ReadsJson } from '../json.docs';
import { jsonBody } from '../json-body';
import { listQueryOf } from '../paging';
import { sendList, sendThing } from '../send-json';
import { ANY_MEMBER, CHANGES_PEOPLE, ORG_PATH, pathWith, SEES_PEOPLE } from './access-to-people';
import { rolesChange, shownRoles, wholeRoles } from './membership.shape';
import { changedRoles, RoleAdministration } from './role-administration';
import { RoleDirectory, shownOrgRoles, shownService } from './role-directory';

@ApiTags('People')
@Controller(ORG_PATH)
export class RolesController {
  constructor(
    private readonly directory: RoleDirectory,
    private readonly administration: RoleAdministration,
  ) {}

  @Get('roles')
  @Access(ANY_MEMBER)
  @ApiOperation({ summary: 'The roles that a member of an organization can have' })
  @Answers(shownOrgRoles)
  async ofOrg(@Param('orgId') orgId: string, @Res() response: Response): Promise<void> {
    sendList(response, await this.directory.ofOrg(orgId));
  }

  @Get('service-roles')
  @Access(SEES_PEOPLE)
  @ApiOperation({ summary: 'The roles of services, and which members have them' })
  @AnswersPage(shownService)
  async ofServices(@Param('orgId') orgId: string, @Query() query: unknown, @Res() response: Response): Promise<void> {
    const path = pathWith(`${ORG_PATH}/service-roles`, { orgId });
    sendList(response, await this.directory.ofServices(orgId, listQueryOf(query), path));
  }

  @Get('users/:userId/roles')
  @Access(SEES_PEOPLE)
  @ApiOperation({ summary: 'What a member may' })
  @Answers(shownRoles)
  async read(@Param('orgId') orgId: string, @Param('userId') userId: string, @Res() response: Response): Promise<void> {
    sendThing(response, await this.administration.find(orgId, userId));
  }

  @Patch('users/:userId/roles')
  @Access(CHANGES_PEOPLE)
  @ApiOperation({ summary: 'Give and take roles', description: 'Logins go on, with what the member has from now on.' })
  @ReadsJson(rolesChange)
  @Answers(shownRoles)
  async change(
    @Param('orgId') orgId: string,
    @Param('userId') userId: string,
    @Req() request: Request,
    @By() by: Administrator,
    @Res() response: Response,
  ): Promise<void> {
    const change = jsonBody(request, rolesChange);
    const next = (present: Parameters<typeof changedRoles>[0]) => changedRoles(present, change);
    sendThing(response, await this.administration.change(orgId, userId, next, request, by));
  }

  @Put('users/:userId/roles')
  @Access(CHANGES_PEOPLE)
  @ApiOperation({ summary: 'Say all that a member may' })
  @ReadsJson(wholeRoles)
  @Answers(shownRoles)
  async replace(
    @Param('orgId') orgId: string,
    @Param('userId') userId: string,
    @Req() request: Request,
    @By() by: Administrator,
    @Res() response: Response,
  ): Promise<void> {
    const whole = jsonBody(request, wholeRoles);
    sendThing(response, await this.administration.change(orgId, userId, () => whole, request, by));
  }
}
