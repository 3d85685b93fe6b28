import { Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Access } from '../../../access/access.decorator';
import { ApiTokenEndpoint, CSP_ERRORS } from '../token-endpoint.docs';
import { TokenExchange } from '../token-exchange';
import { AccessTokenDto } from './access-token.dto';
import { CspDialect } from './csp.dialect';
import { GetTokenForAuthGrantTypeRequest } from './get-token-for-auth-grant-type.request';

const DOCS = { request: GetTokenForAuthGrantTypeRequest, response: AccessTokenDto, error: CSP_ERRORS };

@ApiTags('Cloud Services')
@Access('clients')
@Controller('csp/gateway/am/api/auth')
export class CspTokenController {
  constructor(
    private readonly exchange: TokenExchange,
    private readonly dialect: CspDialect,
  ) {}

  @Post('token')
  @HttpCode(200)
  @ApiTokenEndpoint({ ...DOCS, summary: 'Exchange a grant for tokens' })
  token(@Req() request: Request, @Res() response: Response): Promise<void> {
    return this.exchange.answer(this.dialect, request, response);
  }

  @Post('authorize')
  @HttpCode(200)
  @ApiTokenEndpoint({ ...DOCS, summary: 'Exchange a grant for tokens (older name of /token)', json: true })
  authorize(@Req() request: Request, @Res() response: Response): Promise<void> {
    return this.exchange.answer(this.dialect, request, response, { jsonAllowed: true });
  }
}
