import { ApiProperty } from '@nestjs/swagger';
import { IsString, MaxLength } from 'class-validator';

/** A parameter as it is sent: text. One without a value counts as absent (RFC 6749 section 3.2). */
function Text(description: string, longest = 4_096): PropertyDecorator {
  return (target, name) => {
    ApiProperty({ description, type: String })(target, name);
    IsString({ message: '$property is missing' })(target, name);
    MaxLength(longest, { message: '$property is longer than $constraint1 characters' })(target, name);
  };
}

/** A number, sent as text like everything in a form; what counts as one is decided where it is used. */
function Int32(description: string): PropertyDecorator {
  return (target, name) => {
    ApiProperty({ description, type: 'integer', format: 'int32' })(target, name);
    IsString()(target, name);
  };
}

/** Of whatever may be a token or code, also of another server: what is none of ours is to be refused as such. */
const JWT_LENGTH = 16_384;
const JSON_LENGTH = 32_768;

/**
 * Every parameter that a token request can have, each described once. The dialects' request classes and the grants'
 * parameter classes are picked from these.
 */
export class TokenParameters {
  @Text('Which grant is exchanged.', 255)
  grant_type!: string;

  @Text('The client, when no Authorization header names it. If both do, they must agree.', 255)
  client_id!: string;

  @Text('Secret of the client, when no Authorization header is sent. The header is preferred.', 1_024)
  client_secret!: string;

  @Text('Scopes to narrow the token to, separated by spaces. Absent: all that the client has.')
  scope!: string;

  @Int32('Lifetime of the access token in seconds, if lower than that of the client; anything else is ignored.')
  accessTokenValiditySeconds!: string;

  @Int32('Lifetime of the refresh token in seconds, if lower than that of the client; anything else is ignored.')
  refreshTokenValiditySeconds!: string;

  @Text('Organization that the token is for. Absent: the one that owns the client, or the default one of the user.')
  orgId!: string;

  @Text('Authorization code that the login gave.', JWT_LENGTH)
  code!: string;

  @Text('The redirect URI of the authorization request, exactly.')
  redirect_uri!: string;

  @Text('The secret behind the code challenge of the authorization request (RFC 7636).', 128)
  code_verifier!: string;

  @Text('A refresh token.', JWT_LENGTH)
  refresh_token!: string;

  @Text('Name that the user logs in with.', 255)
  username!: string;

  @Text('Password of the user.', 1_024)
  password!: string;

  @Text(
    'Domain of the user. Can be left out where the user name tells it, as in acme.example\\ada, or is unique without it.',
    255,
  )
  domain!: string;

  @Text('A signed JWT of a trusted issuer (RFC 7523).', JWT_LENGTH)
  assertion!: string;

  @Text('Token of the party for whom the request is made; for impersonation the e-mail address.', JWT_LENGTH)
  subject_token!: string;

  @Text('Kind of the subject token (RFC 8693 section 3).', 255)
  subject_token_type!: string;

  @Text('Access token of the party that acts for the subject.', JWT_LENGTH)
  actor_token!: string;

  @Text('Kind of the actor token (RFC 8693 section 3).', 255)
  actor_token_type!: string;

  @Text('Client that the new ID token is for.', 255)
  target_audience!: string;

  @Int32('Most groups to list in the ID token, if lower than the cap of the client.')
  maxGroupsInIdToken!: string;

  @Text(
    'Permissions on resources to narrow the token to: the JSON text of a ServicesPermissionsScopesDto.',
    JSON_LENGTH,
  )
  allowed_resource_scope!: string;

  @Text('Permissions on resources to narrow the token to, as JSON.', JSON_LENGTH)
  servicesPermissionsScopesDto!: string;

  @Text('Address of the original caller, sent by a client that is a trusted proxy.', 64)
  subject_ip!: string;

  @Text('Why the user is impersonated; kept in the audit trail.', 1_000)
  reason!: string;

  @Text('Client that the new token is for (RFC 8693 section 2.1).', 255)
  audience!: string;

  @Text('Kind of token that is asked for (RFC 8693 section 2.1).', 255)
  requested_token_type!: string;

  @Text('Not supported: name the client that the token is for in audience.', 2_048)
  resource!: string;
}
