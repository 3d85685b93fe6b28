import { ApiProperty } from '@nestjs/swagger';
import { CATALOGUE } from '../../../errors/catalogue';
import type { GatehouseError } from '../../../errors/gatehouse-error';

export class CspErrorResponse {
  @ApiProperty({ description: 'Stable number of the error, an inner cause behind a dash.', example: '540.120-340.800' })
  cspErrorCode!: string;

  @ApiProperty({ description: 'What is wrong, for people.', example: 'invalid_grant: Invalid refresh token.' })
  message!: string;

  @ApiProperty({ description: 'Stable name of the error.', example: 'invalid_refresh_token' })
  errorCode!: string;

  @ApiProperty({ description: 'Also in X-Request-Id; names the audit event that holds the full reason.' })
  requestId!: string;

  @ApiProperty({ type: 'integer', description: 'First number of cspErrorCode.', example: 540 })
  moduleCode!: number;

  @ApiProperty({ type: 'integer', description: 'The HTTP status.', example: 400 })
  statusCode!: number;
}

export function cspErrorResponse(error: GatehouseError, requestId: string): CspErrorResponse {
  const { oauth, csp } = CATALOGUE[error.code];
  const [statusCode, cspErrorCode] = csp;
  return {
    cspErrorCode,
    message: `${oauth[1]}: ${error.message}`,
    errorCode: error.code,
    requestId,
    moduleCode: Number.parseInt(cspErrorCode, 10),
    statusCode,
  };
}
