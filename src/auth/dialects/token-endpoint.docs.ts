import { applyDecorators, type Type } from '@nestjs/common';
import {
  ApiBasicAuth,
  ApiBody,
  ApiConsumes,
  ApiExtraModels,
  ApiOkResponse,
  ApiOperation,
  ApiResponse,
  getSchemaPath,
} from '@nestjs/swagger';
import { CATALOGUE, type ErrorCode } from '../../errors/catalogue';
import { GatehouseError } from '../../errors/gatehouse-error';
import { CspErrorResponse, cspErrorResponse } from './csp/csp-error-response.dto';
import { OAuthErrorResponse, oauthErrorResponse } from './oauth-error-response.dto';

interface TokenEndpointDocs {
  readonly summary: string;
  readonly request: Type;
  readonly response: Type;
  readonly error: DialectErrors;
  readonly json?: boolean;
}

/** How a dialect says what went wrong. */
export interface DialectErrors {
  /** Which column of the catalogue it answers with. */
  readonly column: 'csp' | 'oauth';
  readonly body: Type;
  readonly example: (error: GatehouseError, requestId: string) => object;
}

export const CSP_ERRORS: DialectErrors = { column: 'csp', body: CspErrorResponse, example: cspErrorResponse };
export const OAUTH_ERRORS: DialectErrors = { column: 'oauth', body: OAuthErrorResponse, example: oauthErrorResponse };

/** The errors that a token request can meet. */
const ERRORS: readonly ErrorCode[] = [
  'invalid_request',
  'invalid_client',
  'invalid_grant',
  'invalid_refresh_token',
  'unsupported_grant_type',
  'unauthorized_client',
  'invalid_scope',
  'invalid_target',
  'forbidden',
  'org_not_found',
  'method_not_allowed',
  'request_timeout',
  'conflict',
  'payload_too_large',
  'unsupported_media_type',
  'too_many_requests',
  'server_error',
  'unavailable',
];

export const EXAMPLE_REQUEST_ID = '4f5c1a3e-7b1d-4a3c-9a53-1f0f3f7f2b11';

/** Documents a token endpoint: form, answer, and each error of the catalogue under its status. */
export function ApiTokenEndpoint({ summary, request, response, error, json = false }: TokenEndpointDocs) {
  return applyDecorators(
    ApiOperation({ summary }),
    ApiBasicAuth('client'),
    ApiConsumes('application/x-www-form-urlencoded', ...(json ? ['application/json'] : [])),
    ApiExtraModels(error.body),
    ApiBody({ type: request }),
    ApiOkResponse({ type: response, description: 'The tokens.' }),
    ...errorResponses(error, ERRORS),
  );
}

/** Each of the errors, under its status in the dialect. */
export function errorResponses({ column, body, example }: DialectErrors, errors: readonly ErrorCode[]) {
  const statusOf = (code: ErrorCode) => CATALOGUE[code][column][0];
  return [...new Set(errors.map(statusOf))].map((status) => {
    const codes = errors.filter((code) => statusOf(code) === status);
    const exampleOf = (code: ErrorCode) => ({
      summary: CATALOGUE[code].meaning,
      value: example(new GatehouseError(code, CATALOGUE[code].meaning), EXAMPLE_REQUEST_ID),
    });
    return ApiResponse({
      status,
      description: codes.map((code) => CATALOGUE[code].meaning).join(' '),
      content: {
        'application/json': {
          schema: { $ref: getSchemaPath(body) },
          examples: Object.fromEntries(codes.map((code) => [code, exampleOf(code)])),
        },
      },
    });
  });
}
