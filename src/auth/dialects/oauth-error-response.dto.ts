import { ApiProperty } from '@nestjs/swagger';
import { CATALOGUE } from '../../errors/catalogue';
import { errorDescription } from '../../errors/error-description';
import type { GatehouseError } from '../../errors/gatehouse-error';

export class OAuthErrorResponse {
  @ApiProperty({ description: 'Error code of RFC 6749 section 5.2.', example: 'invalid_request' })
  error!: string;

  @ApiProperty({ description: 'What is wrong, for people.', example: 'grant_type is missing.' })
  error_description!: string;
}

export function oauthErrorResponse(error: GatehouseError): OAuthErrorResponse {
  return { error: CATALOGUE[error.code].oauth[1], error_description: errorDescription(error) };
}
