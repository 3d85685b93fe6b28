import { Controller, Get, Headers, Query, Res } from '@nestjs/common';
import { ApiBadRequestResponse, ApiOkResponse, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { Access } from '../../../access/access.decorator';
import { GatehouseError } from '../../../errors/gatehouse-error';
import { send } from '../../../http/send';
import { DiscoveryDocument } from '../discovery-document';
import { MayBeHeld } from '../key-set.docs';
import { OAuthErrorResponse } from '../oauth-error-response.dto';
import { keyFormat, PublicKeys } from '../public-keys';
import { IdentityManagerDialect } from './identity-manager.dialect';

@ApiTags('Identity Manager')
@Access('everyone')
@Controller('SAAS')
export class IdentityManagerKeysController {
  constructor(
    private readonly keys: PublicKeys,
    private readonly discovery: DiscoveryDocument,
    private readonly dialect: IdentityManagerDialect,
  ) {}

  @Get('API/1.0/REST/auth/token')
  @ApiOperation({ summary: 'Public key that verifies tokens' })
  @ApiQuery({ name: 'attribute', enum: ['publicKey'] })
  @ApiQuery({ name: 'format', enum: ['pem', 'jwks'], required: false })
  @ApiOkResponse({ description: 'The RSA public key as PEM text, or with format=jwks the JWK Set.' })
  @MayBeHeld()
  @ApiBadRequestResponse({ type: OAuthErrorResponse, description: 'The attribute or format is unknown.' })
  publicKey(
    @Query('attribute') attribute: unknown,
    @Query('format') format: unknown,
    @Headers('If-None-Match') ifNoneMatch: string | undefined,
    @Res() response: Response,
  ): void {
    if (attribute !== 'publicKey') throw new GatehouseError('invalid_request', 'attribute must be publicKey.');
    if (keyFormat(format) === 'jwks') return send(response, this.keys.jwks(ifNoneMatch));
    send(response, this.keys.rsaPem('text/plain; charset=utf-8', ifNoneMatch));
  }

  @Get('auth/.well-known/openid-configuration')
  @ApiOperation({ summary: 'Discovery document' })
  @ApiOkResponse({ description: 'RFC 8414 metadata.' })
  configuration(@Res() response: Response): void {
    send(response, this.discovery.of(this.dialect));
  }
}
