import { ApiProperty } from '@nestjs/swagger';

export class TokenResponse {
  @ApiProperty({ description: 'The access token, a signed JWT.', example: 'eyJhbGciOiJSUzI1NiIsInR5cCI6ImF0K2p3dCJ9…' })
  access_token!: string;

  @ApiProperty({
    enum: ['Bearer', 'N_A'],
    description: 'How the token is presented (RFC 6750); N_A: it is no access token.',
  })
  token_type!: 'Bearer' | 'N_A';

  @ApiProperty({ type: 'integer', description: 'Lifetime of the access token in seconds.', example: 600 })
  expires_in!: number;

  @ApiProperty({ description: 'The scopes of the token, separated by spaces.', example: 'openid profile' })
  scope!: string;

  @ApiProperty({ required: false, description: 'Opaque. Left out where the grant gives none.' })
  refresh_token?: string;

  @ApiProperty({ required: false, description: 'Signed JWT that says who logged in. With scope openid.' })
  id_token?: string;

  @ApiProperty({ required: false, description: 'What kind of token was issued, after a token exchange (RFC 8693).' })
  issued_token_type?: string;
}
