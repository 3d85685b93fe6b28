import { ApiProperty } from '@nestjs/swagger';

export class ApiTokenRequest {
  @ApiProperty({ required: false, description: 'The API token. It may be sent as refresh_token instead.' })
  api_token?: string;

  @ApiProperty({ required: false, description: 'The API token, under the name that older clients use.' })
  refresh_token?: string;

  @ApiProperty({ required: false, description: 'Ignored.' })
  grant_type?: string;
}

export class ApiTokenDetailsRequest {
  @ApiProperty({ description: 'The API token.' })
  tokenValue!: string;
}

export class ApiTokenDetails {
  @ApiProperty()
  tokenId!: string;

  @ApiProperty()
  tokenName!: string;

  @ApiProperty({ description: 'Id of its owner.' })
  userId!: string;

  @ApiProperty()
  username!: string;

  @ApiProperty({ description: 'E-mail address of its owner.' })
  acct!: string;

  @ApiProperty()
  domain!: string;

  @ApiProperty()
  orgId!: string;

  @ApiProperty({ type: 'integer', description: 'Seconds since 1970.' })
  createdAt!: number;

  @ApiProperty({ type: 'integer', nullable: true, description: 'Seconds since 1970; null: it does not expire.' })
  expiresAt!: number | null;

  @ApiProperty({ type: 'integer', nullable: true, description: 'Seconds since 1970; null: never used.' })
  lastUsedAt!: number | null;

  @ApiProperty({ type: [String], nullable: true, description: 'Its widest scope; null: all that its owner may.' })
  scopes!: string[] | null;
}
