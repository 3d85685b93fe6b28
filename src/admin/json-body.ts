import type { Request } from 'express';
import type { z } from 'zod';
import { utf8 } from '../auth/read-form';
import { isStorable } from '../database/field-rules';
import { GatehouseError } from '../errors/gatehouse-error';
import { bodyOf } from '../http/raw-body';

/** Deeper structures are nobody's client or org, and cost more than they say. */
const DEEPEST = 32;

/**
 * The JSON body of a request, of the shape that the schema says.
 * @throws {GatehouseError} `invalid_request` with every field that is wrong, and why; `unsupported_media_type`
 */
export function jsonBody<Schema extends z.ZodType>(request: Request, schema: Schema): z.output<Schema> {
  return parsed(jsonOf(request), schema);
}

/**
 * {@link jsonBody} of a request that may do without: an empty body is as good as `{}`.
 * @throws {GatehouseError} `invalid_request`, `unsupported_media_type`
 */
export function jsonBodyIfAny<Schema extends z.ZodType>(request: Request, schema: Schema): z.output<Schema> {
  return bodyOf(request).length === 0 ? parsed({}, schema) : jsonBody(request, schema);
}

/** @throws {GatehouseError} `invalid_request`, `unsupported_media_type` */
export function jsonOf(request: Request): unknown {
  const [mediaType = ''] = (request.headers['content-type'] ?? '').split(';');
  if (!/^application\/(?:[a-z0-9.-]+\+)?json$/i.test(mediaType.trim())) {
    throw new GatehouseError('unsupported_media_type', 'Send JSON, as application/json.');
  }
  let value: unknown;
  try {
    value = JSON.parse(utf8(bodyOf(request)));
  } catch (error) {
    if (error instanceof GatehouseError) throw error;
    throw new GatehouseError('invalid_request', 'The body is no valid JSON.');
  }
  return storable(value, 'The body');
}

/**
 * @param what it is, for the caller
 * @throws {GatehouseError} `invalid_request`
 */
export function storable(value: unknown, what: string): unknown {
  if (isStorableWhole(value, DEEPEST)) return value;
  throw new GatehouseError('invalid_request', `${what} is nested too deeply, or has NUL or broken Unicode in it.`);
}

/** @throws {GatehouseError} `invalid_request` with every parameter that is wrong, and why */
export function parsedQuery<Schema extends z.ZodType>(query: unknown, schema: Schema): z.output<Schema> {
  return parsed(query, schema, {}, 'query');
}

/**
 * @param fields what the caller calls those that the schema names otherwise
 * @param whole what the caller calls all of it, for what is wrong with no field
 * @throws {GatehouseError} `invalid_request` with every field that is wrong, and why
 */
export function parsed<Schema extends z.ZodType>(
  value: unknown,
  schema: Schema,
  fields: Readonly<Record<string, string>> = {},
  whole = 'body',
): z.output<Schema> {
  const { success, data, error } = schema.safeParse(value);
  if (success) return data;
  const nameOf = ([first = whole, ...rest]: PropertyKey[]) => [fields[String(first)] ?? first, ...rest].join('.');
  const faults = error.issues.map(({ path, message }) => `${nameOf(path)}: ${message}`);
  throw new GatehouseError('invalid_request', `${faults.join('; ')}.`);
}

function isStorableWhole(value: unknown, depth: number): boolean {
  if (typeof value === 'string') return isStorable(value);
  if (typeof value !== 'object' || value === null) return true;
  return (
    depth > 0 &&
    Object.entries(value)
      .flat()
      .every((part) => isStorableWhole(part, depth - 1))
  );
}
