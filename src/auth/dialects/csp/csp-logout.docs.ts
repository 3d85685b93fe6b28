import { applyDecorators } from '@nestjs/common';
import {
  ApiBadRequestResponse,
  ApiBasicAuth,
  ApiBody,
  ApiConsumes,
  ApiOkResponse,
  ApiOperation,
  ApiProperty,
} from '@nestjs/swagger';
import { CSP_ERRORS, errorResponses } from '../token-endpoint.docs';
import { CspErrorResponse } from './csp-error-response.dto';

class LogoutRequest {
  @ApiProperty({ description: 'An ID token that the login gave this client. It may have expired.' })
  idToken!: string;
}

export function ApiCspLogout() {
  return applyDecorators(
    ApiOperation({
      summary: 'End the session of an ID token',
      description: 'Ends the login, and the session of the browser in which it began with all that began there.',
    }),
    ApiBasicAuth('client'),
    ApiConsumes('application/json', 'application/x-www-form-urlencoded'),
    ApiBody({ type: LogoutRequest }),
    ApiOkResponse({ description: 'It has ended, now or before.', schema: { type: 'object' } }),
    ApiBadRequestResponse({ type: CspErrorResponse, description: 'The client or the ID token is not right.' }),
    ...errorResponses(CSP_ERRORS, ['unavailable']),
  );
}
