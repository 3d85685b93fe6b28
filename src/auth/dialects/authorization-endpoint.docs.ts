import { applyDecorators } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiQuery, ApiResponse } from '@nestjs/swagger';

interface Parameter {
  readonly name: string;
  readonly description: string;
  readonly required?: boolean;
  readonly enum?: readonly string[];
}

const PARAMETERS: readonly Parameter[] = [
  { name: 'client_id', required: true, description: 'The client that asks.' },
  { name: 'redirect_uri', required: true, description: 'Where the answer goes: exactly as it is registered.' },
  { name: 'response_type', required: true, enum: ['code'], description: 'What the client wants.' },
  { name: 'scope', description: 'Scopes, separated by spaces. Absent: all that the client has.' },
  { name: 'state', description: 'Comes back with the answer.' },
  { name: 'nonce', description: 'Comes back in the ID token.' },
  {
    name: 'code_challenge',
    description: 'PKCE: the base64url of the SHA-256 of the code verifier. Public clients must.',
  },
  { name: 'code_challenge_method', enum: ['S256'], description: 'With code_challenge.' },
  { name: 'prompt', description: 'none, login, consent, select_account: what the user is to be asked.' },
  { name: 'max_age', description: 'Seconds since the user last entered the password, at most.' },
  { name: 'login_hint', description: 'Fills in the user name.' },
  { name: 'domain', description: 'Domain of the user: skips the choice.' },
  { name: 'orgId', description: 'Organization that the tokens are for. Absent: the default one of the user.' },
];

/** Documents an authorization endpoint. Swagger UI cannot try it out: a browser has to go there. */
export function ApiAuthorizationEndpoint({ further = [] }: { further?: readonly Parameter[] } = {}) {
  return applyDecorators(
    ApiOperation({
      summary: 'Log in with a browser',
      description: 'A page, not an API: send the browser here. It comes back to redirect_uri with code, state and iss.',
    }),
    ...[...PARAMETERS, ...further].map(({ name, description, required = false, enum: values }) =>
      ApiQuery({ name, description, required, type: String, ...(values === undefined ? {} : { enum: [...values] }) }),
    ),
    ApiOkResponse({ description: 'A page that asks the user.', content: { 'text/html': {} } }),
    ApiResponse({ status: 302, description: 'Back to the client, with a code or an error.' }),
    ApiResponse({
      status: 400,
      description: 'A page that says what is wrong with the client or its redirect URI.',
      content: { 'text/html': {} },
    }),
    ApiResponse({
      status: 503,
      description: 'A page that asks to try again: the service cannot work just now.',
      content: { 'text/html': {} },
    }),
  );
}
