import { GatehouseError } from '../errors/gatehouse-error';
import type { Form } from '../grants/form';
import { jsonParameters, type Parameter, urlencodedParameters } from './parameters';
import type { TokenRequest } from './token-request';

const MOST_PARAMETERS = 64;

/** RFC 6749 appendix A: name characters of a parameter. */
const PARAMETER_NAME = /^[-._A-Za-z0-9]{1,128}$/;

/** They grant nothing by themselves, so that a query, which lands in logs and histories, may carry them. */
const HARMLESS_IN_QUERY = new Set([
  'grant_type',
  'client_id',
  'scope',
  'redirect_uri',
  'domain',
  'username',
  'orgId',
  'accessTokenValiditySeconds',
  'refreshTokenValiditySeconds',
  'maxGroupsInIdToken',
]);

const SECRET_NAME = /secret|password|token|assertion|code|verifier/i;

/**
 * Reads the parameters of a token request: each at most once, as plain text, one without a value left out.
 * @throws {GatehouseError} `invalid_request`, `payload_too_large` or `unsupported_media_type`
 */
export function readForm(request: TokenRequest): Form {
  // All may be in the query, whatever type the body would have.
  const hasBody = request.body.length > 0 || !request.dialect.queryParameters;
  return toForm([...queryParameters(request), ...(hasBody ? bodyParameters(request) : [])]);
}

/** @throws {GatehouseError} `invalid_request` or `payload_too_large` */
export function toForm(parameters: readonly Parameter[]): Form {
  if (parameters.length > MOST_PARAMETERS) {
    throw new GatehouseError('payload_too_large', `A request has at most ${MOST_PARAMETERS} parameters.`);
  }
  const names = new Set<string>();
  const form = new Map<string, string>();
  for (const [name, value] of parameters) {
    checkName(name);
    if (names.has(name)) throw new GatehouseError('invalid_request', `The parameter ${name} is repeated.`);
    names.add(name);
    if (value.includes('\0')) throw new GatehouseError('invalid_request', `The parameter ${name} contains NUL.`);
    if (value !== '') form.set(name, value);
  }
  return form;
}

/** @throws {GatehouseError} `invalid_request` or `unsupported_media_type` */
export function bodyParameters({
  contentType,
  body,
  jsonAllowed,
}: Pick<TokenRequest, 'contentType' | 'body' | 'jsonAllowed'>): readonly Parameter[] {
  const [mediaType = '', ...attributes] = (contentType ?? '').split(';').map((part) => part.trim().toLowerCase());
  if (body.length === 0 && contentType === undefined) return [];
  const charset = attributes.find((attribute) => attribute.startsWith('charset='));
  if (charset !== undefined && !/^charset="?utf-8"?$/.test(charset)) {
    throw new GatehouseError('unsupported_media_type', 'The body must be UTF-8.');
  }
  if (mediaType === 'application/x-www-form-urlencoded') return urlencodedParameters(utf8(body));
  if (mediaType === 'application/json' && jsonAllowed) return jsonParameters(utf8(body));
  throw new GatehouseError('unsupported_media_type', 'Send the parameters as application/x-www-form-urlencoded.');
}

/** Only the identity-manager dialect takes parameters there, but a secret in a query is refused everywhere. */
function queryParameters({ query, dialect }: TokenRequest): readonly Parameter[] {
  const parameters = query === '' ? [] : urlencodedParameters(query);
  const secret = parameters.find(([name]) => SECRET_NAME.test(name) && !HARMLESS_IN_QUERY.has(name));
  if (secret !== undefined) {
    checkName(secret[0]);
    throw new GatehouseError(
      'invalid_request',
      `Move ${secret[0]} from the query to the body: a URL is no place for it.`,
    );
  }
  return dialect.queryParameters ? parameters.filter(([name]) => HARMLESS_IN_QUERY.has(name)) : [];
}

/** A name such as `a[b]`, which some servers make structures of, is no parameter name. */
function checkName(name: string): void {
  if (!PARAMETER_NAME.test(name) || name in Object.prototype) {
    throw new GatehouseError('invalid_request', 'A parameter name has characters or a form that is not allowed.');
  }
}

/** @throws {GatehouseError} `invalid_request` */
export function utf8(body: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    throw new GatehouseError('invalid_request', 'The body is not UTF-8.');
  }
}
