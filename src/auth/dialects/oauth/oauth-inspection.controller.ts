import { Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Access } from '../../../access/access.decorator';
import { INTROSPECTION_PATH, REVOCATION_PATH } from '../../dialect';
import { OAUTH_ERRORS } from '../token-endpoint.docs';
import { TokenInspection } from '../token-inspection';
import { ApiIntrospection, ApiRevocation } from '../token-inspection.docs';
import { OAuthDialect } from './oauth.dialect';

@ApiTags('OAuth 2.0')
@Access('clients')
@Controller()
export class OAuthInspectionController {
  constructor(
    private readonly tokens: TokenInspection,
    private readonly dialect: OAuthDialect,
  ) {}

  @Post(INTROSPECTION_PATH)
  @HttpCode(200)
  @ApiIntrospection(OAUTH_ERRORS)
  introspect(@Req() request: Request, @Res() response: Response): Promise<void> {
    return this.tokens.introspect(this.dialect, request, response);
  }

  @Post(REVOCATION_PATH)
  @HttpCode(200)
  @ApiRevocation(OAUTH_ERRORS)
  revoke(@Req() request: Request, @Res() response: Response): Promise<void> {
    return this.tokens.revoke(this.dialect, request, response);
  }
}
