import { Controller, Get, Headers, HttpCode, Param, Post, Req, Res } from '@nestjs/common';
import { ApiExcludeEndpoint, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Access } from '../../../access/access.decorator';
import { send } from '../../../http/send';
import { DiscoveryDocument } from '../discovery-document';
import { MayBeHeld } from '../key-set.docs';
import { PublicKeys } from '../public-keys';
import { ApiTokenEndpoint, OAUTH_ERRORS } from '../token-endpoint.docs';
import { TokenExchange } from '../token-exchange';
import { TokenResponse } from '../token-response.dto';
import { OAuthDialect } from './oauth.dialect';
import { OAuthTokenRequest } from './token.request';

@ApiTags('OAuth 2.0')
@Access('everyone')
@Controller()
export class OAuthController {
  constructor(
    private readonly exchange: TokenExchange,
    private readonly keys: PublicKeys,
    private readonly discovery: DiscoveryDocument,
    private readonly dialect: OAuthDialect,
  ) {}

  @Access('clients')
  @Post('oauth2/token')
  @HttpCode(200)
  @ApiTokenEndpoint({
    request: OAuthTokenRequest,
    response: TokenResponse,
    error: OAUTH_ERRORS,
    summary: 'Exchange a grant for tokens',
  })
  token(@Req() request: Request, @Res() response: Response): Promise<void> {
    return this.exchange.answer(this.dialect, request, response);
  }

  @Get('oauth2/jwks')
  @ApiOperation({ summary: 'JWK Set (RFC 7517)' })
  @ApiOkResponse({ description: 'Every key that a token may be verified with.' })
  @MayBeHeld()
  jwks(@Headers('If-None-Match') ifNoneMatch: string | undefined, @Res() response: Response): void {
    send(response, this.keys.jwks(ifNoneMatch));
  }

  @Get(['.well-known/openid-configuration', '.well-known/oauth-authorization-server'])
  @ApiOperation({ summary: 'Discovery document (RFC 8414)' })
  @ApiOkResponse({ description: 'RFC 8414 metadata.' })
  configuration(@Res() response: Response): void {
    send(response, this.discovery.of(this.dialect));
  }

  @Get(['.well-known/oauth-authorization-server/*path', '.well-known/openid-configuration/*path'])
  @ApiExcludeEndpoint()
  configurationOfIssuer(@Param('path') path: string | string[], @Res() response: Response): void {
    send(response, this.discovery.ofIssuerPath(typeof path === 'string' ? path : path.join('/')));
  }
}
