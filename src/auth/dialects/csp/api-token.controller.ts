import { applyDecorators, Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import { ApiBadRequestResponse, ApiBody, ApiConsumes, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Access } from '../../../access/access.decorator';
import { uncachedJson } from '../../../http/http-answer';
import { bodyOf } from '../../../http/raw-body';
import { send } from '../../../http/send';
import { ApiTokenDetailsReader } from '../../api-token-details';
import { CSP_ERRORS, errorResponses } from '../token-endpoint.docs';
import { TokenExchange } from '../token-exchange';
import { AccessTokenDto } from './access-token.dto';
import { ApiTokenDetails, ApiTokenDetailsRequest, ApiTokenRequest } from './api-token.dto';
import { CspDialect } from './csp.dialect';
import { CspErrorResponse } from './csp-error-response.dto';

const ApiUnavailable = () => applyDecorators(...errorResponses(CSP_ERRORS, ['unavailable']));

@ApiTags('Cloud Services')
@Access('everyone')
@Controller('csp/gateway/am/api/auth/api-tokens')
export class ApiTokenController {
  constructor(
    private readonly exchange: TokenExchange,
    private readonly reader: ApiTokenDetailsReader,
    private readonly dialect: CspDialect,
  ) {}

  @Post('authorize')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Exchange an API token for an access token',
    description:
      'Anonymous: the token speaks for itself. It is answered again as refresh_token, since it never changes.',
  })
  @ApiConsumes('application/x-www-form-urlencoded', 'application/json')
  @ApiBody({ type: ApiTokenRequest })
  @ApiOkResponse({ type: AccessTokenDto })
  @ApiBadRequestResponse({ type: CspErrorResponse, description: 'The token is unknown, expired or deactivated.' })
  @ApiUnavailable()
  authorize(@Req() request: Request, @Res() response: Response): Promise<void> {
    return this.exchange.answerApiToken(this.dialect, request, response);
  }

  @Post('details')
  @HttpCode(200)
  @ApiOperation({ summary: 'What is known of an API token' })
  @ApiConsumes('application/json')
  @ApiBody({ type: ApiTokenDetailsRequest })
  @ApiOkResponse({ type: ApiTokenDetails })
  @ApiBadRequestResponse({ type: CspErrorResponse, description: 'The token is unknown, expired or deactivated.' })
  @ApiUnavailable()
  async details(@Req() request: Request, @Res() response: Response): Promise<void> {
    const details: ApiTokenDetails = await this.reader.read(request.headers['content-type'], bodyOf(request));
    send(response, uncachedJson(200, details));
  }
}
