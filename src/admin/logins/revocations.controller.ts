import { Controller, HttpCode, Param, Post, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Access } from '../../access/access.decorator';
import type { Administrator } from '../administration';
import { By } from '../administrator';
import { Answers, ReadsJson } from '../json.docs';
import { jsonBody } from '../json-body';
import { sendList } from '../send-json';
import { CHANGES_PEOPLE } from '../users/access-to-people';
import { orgRevocation, revoked, userRevocation } from './revocation.shape';
import { Revocations } from './revocations';

@ApiTags('Logins and revocation')
@Controller('/admin')
export class RevocationsController {
  constructor(private readonly revocations: Revocations) {}

  @Post('orgs/:orgId/revocations')
  @HttpCode(200)
  @Access(CHANGES_PEOPLE)
  @ApiOperation({
    summary: 'Revoke what a user, a client, or everyone has for an organization',
    description: 'Its logins, and its access tokens from before. Everyone may log in again. For all: owners only.',
  })
  @ReadsJson(orgRevocation)
  @Answers(revoked)
  async ofOrg(
    @Param('orgId') orgId: string,
    @Req() request: Request,
    @By() by: Administrator,
    @Res() response: Response,
  ): Promise<void> {
    sendList(response, await this.revocations.ofOrg(orgId, jsonBody(request, orgRevocation), by));
  }

  @Post('revocations')
  @HttpCode(200)
  @Access({ roles: [], platform: ['platform_operator'] })
  @ApiOperation({
    summary: 'Revoke all that a user has, in every organization',
    description: 'Its logins, sessions, access tokens and API tokens. The user may log in again.',
  })
  @ReadsJson(userRevocation)
  @Answers(revoked)
  async ofUser(@Req() request: Request, @By() by: Administrator, @Res() response: Response): Promise<void> {
    sendList(response, await this.revocations.ofUser(jsonBody(request, userRevocation), by));
  }
}
