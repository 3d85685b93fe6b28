import { applyDecorators } from '@nestjs/common';
import {
  ApiBasicAuth,
  ApiBody,
  ApiConsumes,
  ApiExtraModels,
  ApiOkResponse,
  ApiOperation,
  ApiProperty,
} from '@nestjs/swagger';
import type { ErrorCode } from '../../errors/catalogue';
import { INTROSPECTIONS } from './introspection-examples';
import { type DialectErrors, errorResponses } from './token-endpoint.docs';

/** Swagger UI would fill in "string" where there is no example, and send it. */
class InspectedTokenRequest {
  @ApiProperty({
    description: 'The token: an access token or a refresh token.',
    example: '42cJ17JU0Ar4pnE0AHpb4ZGlK0f0BJ0JnJrJV9qB6Ac',
  })
  token!: string;

  @ApiProperty({
    required: false,
    description: 'access_token or refresh_token. Not needed: both are looked for.',
    example: '',
  })
  token_type_hint?: string;

  @ApiProperty({ required: false, description: 'The client, if there is no Authorization header.', example: '' })
  client_id?: string;

  @ApiProperty({ required: false, description: 'Its secret, likewise.', example: '' })
  client_secret?: string;
}

class IntrospectionResponse {
  @ApiProperty({ description: 'Is the token good, and may the client know of it? If not, nothing else is said.' })
  active!: boolean;

  @ApiProperty({ required: false, description: 'The scopes of the token, separated by spaces.' })
  scope?: string;

  @ApiProperty({ required: false, description: 'The client that it was issued to.' })
  client_id?: string;

  @ApiProperty({ required: false, description: 'Name of its user; a client has none.' })
  username?: string;

  @ApiProperty({ required: false, enum: ['Bearer'], description: 'Only of access tokens: no other opens anything.' })
  token_type?: 'Bearer';

  @ApiProperty({ required: false, type: 'integer', description: 'When it expires, in seconds since 1970.' })
  exp?: number;

  @ApiProperty({ required: false, type: 'integer', description: 'When it was issued, in seconds since 1970.' })
  iat?: number;

  @ApiProperty({ required: false, description: 'Whom it speaks for, as an access token says it in its dialect.' })
  sub?: string;

  @ApiProperty({ required: false, description: 'Of an access token.' })
  aud?: string;

  @ApiProperty({ required: false, description: 'Of an access token.' })
  iss?: string;

  @ApiProperty({ required: false, description: 'Of an access token.' })
  jti?: string;

  @ApiProperty({ required: false, description: 'Organization that it is for.' })
  org_id?: string;

  @ApiProperty({ required: false, type: Object, description: 'Who acts for its subject (RFC 8693 section 4.1).' })
  act?: object;

  @ApiProperty({ required: false, description: 'The login that it comes from.' })
  sid?: string;

  @ApiProperty({ required: false, type: [Object], description: 'Permissions on resources that it is narrowed to.' })
  services_scopes?: object[];
}

const ERRORS: readonly ErrorCode[] = [
  'invalid_request',
  'invalid_client',
  'method_not_allowed',
  'request_timeout',
  'payload_too_large',
  'unsupported_media_type',
  'too_many_requests',
  'server_error',
  'unavailable',
];

/** Documents an introspection endpoint. */
export function ApiIntrospection(error: DialectErrors, options: { json?: boolean } = {}) {
  return applyDecorators(
    ApiOperation({
      summary: 'Is a token good?',
      description:
        'RFC 7662. Tells the client that the token was issued to, the one that is its audience, and clients with the ' +
        'scope introspect. To all others, and of every token that is not good, it says the same: not active.',
    }),
    takesToken(error, options),
    ApiOkResponse({
      type: IntrospectionResponse,
      description: 'What there is to know of the token.',
      examples: INTROSPECTIONS,
    }),
    ...errorResponses(error, [...ERRORS, 'unauthorized_client']),
  );
}

/** Documents a revocation endpoint. */
export function ApiRevocation(error: DialectErrors, options: { json?: boolean } = {}) {
  return applyDecorators(
    ApiOperation({
      summary: 'Revoke a token',
      description:
        'RFC 7009. An access token ends by itself; a refresh token with its login and all that came from it. What is ' +
        "no token of the client's stays as it is.",
    }),
    takesToken(error, options),
    ApiOkResponse({ description: 'The client has no such token any more, or never had.', schema: { type: 'object' } }),
    ...errorResponses(error, ERRORS),
  );
}

function takesToken(error: DialectErrors, { json = false }: { json?: boolean }) {
  return applyDecorators(
    ApiBasicAuth('client'),
    ApiConsumes('application/x-www-form-urlencoded', ...(json ? ['application/json'] : [])),
    ApiExtraModels(error.body),
    ApiBody({ type: InspectedTokenRequest }),
  );
}
