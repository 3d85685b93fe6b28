import { ApiProperty } from '@nestjs/swagger';

export class TokenResponse {
  @ApiProperty({ description: 'The access token, a signed JWT.', example: 'eyJhbGciOiJSUzI1NiIsInR5cCI6ImF0K2p3dCJ9…' })
  access_token!: string;

  @ApiProperty({ enum: ['Bearer'], description: 'How the token is presented (RFC 6750).' })
  token_type!: 'Bearer';

  @ApiProperty({ type: 'integer', description: 'Lifetime of the access token in seconds.', example: 600 })
  expires_in!: number;

  @ApiProperty({ description: 'The scopes of the token, separated by spaces.', example: 'openid profile' })
  scope!: string;
}
