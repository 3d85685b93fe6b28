import { ApiProperty } from '@nestjs/swagger';

export class AccessTokenDto {
  @ApiProperty({ description: 'The access token, a signed JWT.', example: 'eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9…' })
  access_token!: string;

  @ApiProperty({ enum: ['bearer'], description: 'How the token is presented (RFC 6750).' })
  token_type!: 'bearer';

  @ApiProperty({
    description: 'What kind of token was issued (RFC 8693 section 3).',
    example: 'urn:ietf:params:oauth:token-type:access_token',
  })
  issued_token_type!: string;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Signed JWT that says who logged in; null where nobody did.',
  })
  id_token!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'Opaque; null where the grant gives none.' })
  refresh_token!: string | null;

  @ApiProperty({ type: 'integer', description: 'Lifetime of the access token in seconds.', example: 600 })
  expires_in!: number;

  @ApiProperty({ description: 'The scopes of the token, separated by spaces.', example: 'openid csp:org_member' })
  scope!: string;
}
