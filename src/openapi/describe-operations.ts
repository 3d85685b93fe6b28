import { getSchemaPath, type OpenAPIObject } from '@nestjs/swagger';
import { CSP_ERRORS, EXAMPLE_REQUEST_ID, OAUTH_ERRORS } from '../auth/dialects/token-endpoint.docs';
import { CATALOGUE, type ErrorCode } from '../errors/catalogue';
import { GatehouseError } from '../errors/gatehouse-error';

type PathItem = OpenAPIObject['paths'][string];
type Operation = NonNullable<PathItem['get']>;

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

/** What a request with an access token can meet, whatever it is for. */
const OF_TOKENS: readonly ErrorCode[] = ['invalid_request', 'invalid_token', 'insufficient_scope', 'unavailable'];

/** What is wrong with the path elsewhere is wrong with the thing here. */
const MEANINGS: Partial<Record<ErrorCode, string>> = { not_found: 'There is no such thing, or it is not yours.' };

/** Says of each operation what its decorators leave out: path parameters, that it is open, and what can go wrong. */
export function describeOperations(document: OpenAPIObject): void {
  for (const [path, item] of Object.entries(document.paths)) {
    for (const method of METHODS) {
      const operation = item[method];
      if (operation === undefined) continue;
      describePathParameters(operation, path);
      const takesToken = operation.security?.some((scheme) => 'login' in scheme) ?? false;
      operation.security ??= [];
      if (!takesToken) continue;
      const conditional = method !== 'get' && showsOneThing(item.get);
      if (conditional) describeIfMatch(operation);
      describeErrors(operation, path, errorsOf(operation, path, conditional));
    }
  }
}

/** Such a thing has an entity tag. */
function showsOneThing(read: Operation | undefined): boolean {
  const answer = read?.responses['200'];
  const schema = answer !== undefined && 'content' in answer ? answer.content?.['application/json']?.schema : undefined;
  return schema !== undefined && 'properties' in schema && !('results' in (schema.properties ?? {}));
}

function errorsOf(operation: Operation, path: string, conditional: boolean): ErrorCode[] {
  const takesBody = operation.requestBody !== undefined;
  const codes: [ErrorCode, boolean][] = [
    ['not_found', path.includes('{') || takesBody],
    ['state_conflict', takesBody || conditional],
    ['precondition_failed', conditional],
    ['unsupported_media_type', takesBody],
  ];
  return [...OF_TOKENS, ...codes.flatMap(([code, can]) => (can ? [code] : []))];
}

function describeIfMatch(operation: Operation): void {
  const description =
    'The ETag with which it was read. If it has changed since, the answer is 412, and nothing is done.';
  const schema = { type: 'string' as const };
  operation.parameters = [...(operation.parameters ?? []), { name: 'If-Match', in: 'header', description, schema }];
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
    const meaning = MEANINGS[code] ?? CATALOGUE[code].meaning;
    const [status] = CATALOGUE[code][column];
    operation.responses[status] ??= {
      description: meaning,
      content: {
        'application/json': { schema, example: example(new GatehouseError(code, meaning), EXAMPLE_REQUEST_ID) },
      },
    };
  }
  for (const [status, response] of Object.entries(operation.responses)) {
    if (status >= '400' && response !== undefined && !('$ref' in response)) {
      response.content ??= { 'application/json': { schema } };
    }
  }
}
