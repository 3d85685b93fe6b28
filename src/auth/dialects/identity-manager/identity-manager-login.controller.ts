import { Controller, Get, Post, Req, Res } from '@nestjs/common';
import { ApiExcludeEndpoint, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Access } from '../../../access/access.decorator';
import { type Caller, CallerOf } from '../../../access/caller';
import { ApiAuthorizationEndpoint } from '../authorization-endpoint.docs';
import { BrowserLogin } from '../browser-login';
import { OAuthErrorResponse } from '../oauth-error-response.dto';
import { Userinfo } from '../userinfo';
import { ApiUserinfo } from '../userinfo.docs';
import { IdentityManagerDialect } from './identity-manager.dialect';

@ApiTags('Identity Manager')
@Access('everyone')
@Controller('SAAS')
export class IdentityManagerLoginController {
  constructor(
    private readonly login: BrowserLogin,
    private readonly info: Userinfo,
    private readonly dialect: IdentityManagerDialect,
  ) {}

  @Get('auth/oauth2/authorize')
  @ApiAuthorizationEndpoint({ further: [{ name: 'u', description: 'The same as login_hint.' }] })
  authorize(@Req() request: Request, @Res() response: Response): Promise<void> {
    return this.login.open(this.dialect, request, response);
  }

  @Post('auth/oauth2/authorize')
  @ApiExcludeEndpoint()
  submit(@Req() request: Request, @Res() response: Response): Promise<void> {
    return this.login.submit(this.dialect, request, response);
  }

  @Access('tokens')
  @Get('jersey/manager/api/userinfo')
  @ApiUserinfo(OAuthErrorResponse)
  userinfo(@CallerOf() caller: Caller, @Res() response: Response): Promise<void> {
    return this.info.answer(this.dialect, caller, response);
  }
}
