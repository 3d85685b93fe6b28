import { Controller, Get, Post, Req, Res } from '@nestjs/common';
import { ApiExcludeEndpoint, ApiOkResponse, ApiOperation, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Access } from '../../../access/access.decorator';
import { type Caller, CallerOf } from '../../../access/caller';
import { BrowserExchange } from '../../../login/browser-exchange';
import { LogoutEndpoint } from '../../../login/logout-endpoint';
import { LOGOUT_PATH } from '../../dialect';
import { TakesTokenInForm } from '../../token-in-form';
import { ApiAuthorizationEndpoint } from '../authorization-endpoint.docs';
import { BrowserLogin } from '../browser-login';
import { OAuthErrorResponse } from '../oauth-error-response.dto';
import { Userinfo } from '../userinfo';
import { ApiUserinfo } from '../userinfo.docs';
import { OAuthDialect } from './oauth.dialect';

@ApiTags('OAuth 2.0')
@Access('everyone')
@Controller()
export class OAuthLoginController {
  constructor(
    private readonly login: BrowserLogin,
    private readonly exchange: BrowserExchange,
    private readonly logout: LogoutEndpoint,
    private readonly info: Userinfo,
    private readonly dialect: OAuthDialect,
  ) {}

  @Get('oauth2/authorize')
  @ApiAuthorizationEndpoint()
  authorize(@Req() request: Request, @Res() response: Response): Promise<void> {
    return this.login.open(this.dialect, request, response);
  }

  @Post('oauth2/authorize')
  @ApiExcludeEndpoint()
  submit(@Req() request: Request, @Res() response: Response): Promise<void> {
    return this.login.submit(this.dialect, request, response);
  }

  @Get(LOGOUT_PATH)
  @ApiOperation({
    summary: 'Log out with a browser',
    description: 'A page, not an API: send the browser here (OpenID Connect RP-Initiated Logout 1.0).',
  })
  @ApiQuery({ name: 'id_token_hint', required: false, description: 'An ID token of the login: then nothing is asked.' })
  @ApiQuery({ name: 'client_id', required: false })
  @ApiQuery({ name: 'post_logout_redirect_uri', required: false, description: 'Exactly as it is registered.' })
  @ApiQuery({ name: 'state', required: false, description: 'Comes back with the answer.' })
  @ApiOkResponse({ description: 'A page that asks or confirms.', content: { 'text/html': {} } })
  @ApiResponse({ status: 302, description: 'Back to post_logout_redirect_uri.' })
  @ApiResponse({ status: 503, description: 'A page: the service cannot work just now.', content: { 'text/html': {} } })
  openLogout(@Req() request: Request, @Res() response: Response): Promise<void> {
    return this.exchange.open(this.dialect, request, response, (asked) => this.logout.open(asked));
  }

  @Post(LOGOUT_PATH)
  @ApiExcludeEndpoint()
  submitLogout(@Req() request: Request, @Res() response: Response): Promise<void> {
    return this.exchange.submit(this.dialect, request, response, (form) => this.logout.submit(form));
  }

  @Access('tokens')
  @Get('oauth2/userinfo')
  @ApiUserinfo(OAuthErrorResponse)
  userinfo(@CallerOf() caller: Caller, @Res() response: Response): Promise<void> {
    return this.info.answer(this.dialect, caller, response);
  }

  /** OpenID Connect Core section 5.3.1. */
  @Access('tokens')
  @TakesTokenInForm()
  @Post('oauth2/userinfo')
  @ApiExcludeEndpoint()
  userinfoByPost(@CallerOf() caller: Caller, @Res() response: Response): Promise<void> {
    return this.info.answer(this.dialect, caller, response);
  }
}
