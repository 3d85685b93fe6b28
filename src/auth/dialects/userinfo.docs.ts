import { applyDecorators, type Type } from '@nestjs/common';
import { ApiForbiddenResponse, ApiOkResponse, ApiOperation, ApiUnauthorizedResponse } from '@nestjs/swagger';

/** Documents a userinfo endpoint. */
export function ApiUserinfo(error: Type) {
  return applyDecorators(
    ApiOperation({ summary: 'Who is the user of the access token?' }),
    ApiOkResponse({
      description: 'Claims about the user (OpenID Connect Core section 5.3.2).',
      schema: {
        type: 'object',
        required: ['sub'],
        properties: {
          sub: { type: 'string', description: 'As in the ID tokens of this dialect.' },
          preferred_username: { type: 'string' },
          name: { type: 'string' },
          given_name: { type: 'string' },
          family_name: { type: 'string' },
          email: { type: 'string' },
          email_verified: { type: 'boolean' },
          group_ids: { type: 'array', items: { type: 'string' } },
          group_names: { type: 'array', items: { type: 'string' } },
        },
      },
    }),
    ApiUnauthorizedResponse({ type: error, description: 'There is no access token, or it is not valid.' }),
    ApiForbiddenResponse({ type: error, description: 'The token is not that of a user, or lacks a scope.' }),
  );
}
