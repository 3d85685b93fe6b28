import { Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Access } from '../../../access/access.decorator';
import { ApiTokenEndpoint, OAUTH_ERRORS } from '../token-endpoint.docs';
import { TokenExchange } from '../token-exchange';
import { TokenResponse } from '../token-response.dto';
import { IdentityManagerDialect } from './identity-manager.dialect';
import { TokenFormData } from './token-form-data';

@ApiTags('Identity Manager')
@Access('clients')
@Controller('SAAS/auth')
export class IdentityManagerTokenController {
  constructor(
    private readonly exchange: TokenExchange,
    private readonly dialect: IdentityManagerDialect,
  ) {}

  @Post('oauthtoken')
  @HttpCode(200)
  @ApiTokenEndpoint({
    request: TokenFormData,
    response: TokenResponse,
    error: OAUTH_ERRORS,
    summary: 'Exchange a grant for tokens',
  })
  token(@Req() request: Request, @Res() response: Response): Promise<void> {
    return this.exchange.answer(this.dialect, request, response);
  }
}
