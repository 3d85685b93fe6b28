import { getSchemaPath, type OpenAPIObject } from '@nestjs/swagger';
import { CSP_ERRORS, EXAMPLE_REQUEST_ID, OAUTH_ERRORS } from '../auth/dialects/token-endpoint.docs';
import { CATALOGUE, type ErrorCode } from '../errors/catalogue';
import { GatehouseError } from '../errors/gatehouse-error';

type PathItem = OpenAPIObject['paths'][string];
type Operation = NonNullable<PathItem['get']>;

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

/** What a request with an access token can meet, whatever it is for. */
const OF_TOKENS: readonly ErrorCode[] = ['invalid_request', 'invalid_token', 'insufficient_scope', 'not_found'];
const OF_CHANGES: readonly ErrorCode[] = ['state_conflict', 'precondition_failed', 'unsupported_media_type'];

/** Says of each operation what its decorators leave out: path parameters, that it is open, and what can go wrong. */
export function describeOperations(document: OpenAPIObject): void {
  for (const [path, item] of Object.entries(document.paths)) {
    for (const method of METHODS) {
      const operation = item[method];
      if (operation === undefined) continue;
      describePathParameters(operation, path);
      const takesToken = operation.security?.some((scheme) => 'login' in scheme) ?? false;
      operation.security ??= [];
      if (takesToken) describeErrors(operation, path, method === 'get' ? OF_TOKENS : [...OF_TOKENS, ...OF_CHANGES]);
    }
  }
}

function describePathParameters(operation: Operation, path: string): void {
  const named = (operation.parameters ?? []).map((parameter) => ('name' in parameter ? parameter.name : ''));
  const missing = [...path.matchAll(/\{([^}]+)\}/g)].flatMap(([, name]) =>
    name === undefined || named.includes(name) ? [] : [name],
  );
  const added = missing.map((name) => ({
    name,
    in: 'path' as const,
    required: true,
    schema: { type: 'string' as const },
  }));
  operation.parameters = [...(operation.parameters ?? []), ...added];
}

function describeErrors(operation: Operation, path: string, codes: readonly ErrorCode[]): void {
  const { column, body, example } = path.startsWith('/csp/') ? CSP_ERRORS : OAUTH_ERRORS;
  const schema = { $ref: getSchemaPath(body) };
  for (const code of codes) {
    const { meaning } = CATALOGUE[code];
    const [status] = CATALOGUE[code][column];
    operation.responses[status] ??= {
      description: meaning,
      content: {
        'application/json': { schema, example: example(new GatehouseError(code, meaning), EXAMPLE_REQUEST_ID) },
      },
    };
  }
}
