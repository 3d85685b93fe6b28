import { Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Access } from '../../../access/access.decorator';
import { CSP_ERRORS } from '../token-endpoint.docs';
import { TokenInspection } from '../token-inspection';
import { ApiIntrospection, ApiRevocation } from '../token-inspection.docs';
import { CspDialect } from './csp.dialect';

@ApiTags('Cloud Services')
@Access('clients')
@Controller('csp/gateway/am/api/auth')
export class CspInspectionController {
  constructor(
    private readonly tokens: TokenInspection,
    private readonly dialect: CspDialect,
  ) {}

  @Post('introspect')
  @HttpCode(200)
  @ApiIntrospection(CSP_ERRORS, { json: true })
  introspect(@Req() request: Request, @Res() response: Response): Promise<void> {
    return this.tokens.introspect(this.dialect, request, response, { jsonAllowed: true });
  }

  @Post('revoke')
  @HttpCode(200)
  @ApiRevocation(CSP_ERRORS, { json: true })
  revoke(@Req() request: Request, @Res() response: Response): Promise<void> {
    return this.tokens.revoke(this.dialect, request, response, { jsonAllowed: true });
  }
}
