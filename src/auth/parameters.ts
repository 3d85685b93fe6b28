import { GatehouseError } from '../errors/gatehouse-error';

export type Parameter = readonly [name: string, value: string];

/**
 * The pairs of an application/x-www-form-urlencoded text, in their order, repeats included. Unlike URLSearchParams it
 * refuses percent-encoding that is not UTF-8 instead of guessing.
 * @throws {GatehouseError} `invalid_request`
 */
export function urlencodedParameters(text: string): Parameter[] {
  try {
    return text
      .split('&')
      .filter((pair) => pair !== '')
      .map((pair) => {
        const end = pair.indexOf('=');
        return end < 0 ? [decode(pair), ''] : [decode(pair.slice(0, end)), decode(pair.slice(end + 1))];
      });
  } catch {
    throw new GatehouseError('invalid_request', 'The percent-encoding of a parameter is malformed.');
  }
}

/** application/x-www-form-urlencoded decoding of one name or value (RFC 6749 appendix B). */
export function decode(text: string): string {
  return decodeURIComponent(text.replaceAll('+', ' '));
}

/** Parameters that may be objects in a JSON body; everywhere else they are the JSON text. */
const STRUCTURED = new Set(['servicesPermissionsScopesDto']);

/**
 * The members of a JSON object as parameters: numbers and booleans as their text, null as absent.
 * @throws {GatehouseError} `invalid_request`
 */
export function jsonParameters(text: string): Parameter[] {
  const members = Object.entries(parseObject(text));
  if (countMembers(text) > members.length) throw new GatehouseError('invalid_request', 'A parameter is repeated.');
  return members.map(([name, value]) => [name, parameterText(name, value)]);
}

/**
 * How many members a JSON object has, repeats included, of which JSON.parse keeps the last: outside of texts each has
 * one colon.
 * @param text valid JSON
 */
function countMembers(text: string): number {
  let depth = 0;
  let members = 0;
  for (const [token] of text.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\]:]/g)) {
    if (token === '{' || token === '[') depth += 1;
    else if (token === '}' || token === ']') depth -= 1;
    else if (token === ':' && depth === 1) members += 1;
  }
  return members;
}

function parseObject(text: string): object {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new GatehouseError('invalid_request', 'The body is no valid JSON.');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new GatehouseError('invalid_request', 'The body must be a JSON object.');
  }
  return value;
}

function parameterText(name: string, value: unknown): string {
  if (typeof value === 'string') {
    if (!value.isWellFormed()) throw new GatehouseError('invalid_request', 'A parameter is not valid Unicode.');
    return value;
  }
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (value === null) return '';
  if (STRUCTURED.has(name) && !Array.isArray(value)) return structureText(name, value);
  throw new GatehouseError('invalid_request', 'Only servicesPermissionsScopesDto may be a structure.');
}

/** JSON.stringify goes as deep as the structure, and has an end. */
function structureText(name: string, value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch {
    throw new GatehouseError('invalid_request', `${name} is nested too deeply.`);
  }
}
