import { Controller, Get, Headers, Query, Res } from '@nestjs/common';
import { ApiBadRequestResponse, ApiOkResponse, ApiOperation, ApiProperty, ApiQuery, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { Access } from '../../../access/access.decorator';
import { send } from '../../../http/send';
import { DiscoveryDocument } from '../discovery-document';
import { MayBeHeld } from '../key-set.docs';
import { keyFormat, PublicKeys } from '../public-keys';
import { CspDialect } from './csp.dialect';
import { CspErrorResponse } from './csp-error-response.dto';

class PublicKeyResponse {
  @ApiProperty({ example: 'RS256' })
  alg!: string;

  @ApiProperty({ description: 'Issuer of the tokens that the key signs.' })
  issuer!: string;

  @ApiProperty({ description: 'The RSA public key as PEM.' })
  value!: string;
}

@ApiTags('Cloud Services')
@Access('everyone')
@Controller('csp/gateway/am/api')
export class CspKeysController {
  constructor(
    private readonly keys: PublicKeys,
    private readonly discovery: DiscoveryDocument,
    private readonly dialect: CspDialect,
  ) {}

  @Get('auth/token-public-key')
  @ApiOperation({ summary: 'Public key that verifies tokens' })
  @ApiQuery({ name: 'format', enum: ['pem', 'jwks'], required: false })
  @ApiOkResponse({ type: PublicKeyResponse, description: 'The key as PEM, or with format=jwks the JWK Set.' })
  @MayBeHeld()
  @ApiBadRequestResponse({ type: CspErrorResponse, description: 'The format is unknown.' })
  publicKey(
    @Query('format') format: unknown,
    @Headers('If-None-Match') ifNoneMatch: string | undefined,
    @Res() response: Response,
  ): void {
    if (keyFormat(format) === 'jwks') return send(response, this.keys.jwks(ifNoneMatch));
    const wrap = (value: string) => {
      const body: PublicKeyResponse = { alg: 'RS256', issuer: this.dialect.issuer, value };
      return JSON.stringify(body);
    };
    send(response, this.keys.rsaPem('application/json; charset=utf-8', ifNoneMatch, wrap));
  }

  @Get('auth/keys')
  @ApiOperation({ summary: 'JWK Set (RFC 7517)' })
  @ApiOkResponse({ description: 'Every key that a token may be verified with.' })
  @MayBeHeld()
  jwks(@Headers('If-None-Match') ifNoneMatch: string | undefined, @Res() response: Response): void {
    send(response, this.keys.jwks(ifNoneMatch));
  }

  @Get(['.well-known/openid-configuration', 'auth/.well-known/openid-configuration'])
  @ApiOperation({ summary: 'Discovery document' })
  @ApiOkResponse({ description: 'RFC 8414 metadata.' })
  configuration(@Res() response: Response): void {
    send(response, this.discovery.of(this.dialect));
  }
}
