import { Controller, Get, HttpCode, Post, Req, Res } from '@nestjs/common';
import { ApiExcludeEndpoint, ApiHeader, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Access } from '../../../access/access.decorator';
import { type Caller, CallerOf } from '../../../access/caller';
import { ApiAuthorizationEndpoint } from '../authorization-endpoint.docs';
import { BrowserLogin } from '../browser-login';
import { Userinfo } from '../userinfo';
import { ApiUserinfo } from '../userinfo.docs';
import { ApiCspLogout } from './csp-logout.docs';
import { CspDialect } from './csp.dialect';
import { CspErrorResponse } from './csp-error-response.dto';
import { CspLogout } from './csp-logout';

@ApiTags('Cloud Services')
@Access('everyone')
@Controller('csp/gateway')
export class CspLoginController {
  constructor(
    private readonly login: BrowserLogin,
    private readonly info: Userinfo,
    private readonly logout: CspLogout,
    private readonly dialect: CspDialect,
  ) {}

  @Get('discovery')
  @ApiAuthorizationEndpoint()
  authorize(@Req() request: Request, @Res() response: Response): Promise<void> {
    return this.login.open(this.dialect, request, response);
  }

  @Post('discovery')
  @ApiExcludeEndpoint()
  submit(@Req() request: Request, @Res() response: Response): Promise<void> {
    return this.login.submit(this.dialect, request, response);
  }

  @Access('tokens')
  @Get('am/api/userinfo')
  @ApiUserinfo(CspErrorResponse)
  @ApiHeader({ name: 'csp-auth-token', required: false, description: 'The access token, instead of Authorization.' })
  userinfo(@CallerOf() caller: Caller, @Res() response: Response): Promise<void> {
    return this.info.answer(this.dialect, caller, response);
  }

  @Access('clients')
  @Post('am/api/auth/logout')
  @HttpCode(200)
  @ApiCspLogout()
  endLogin(@Req() request: Request, @Res() response: Response): Promise<void> {
    return this.logout.answer(this.dialect, request, response);
  }
}
