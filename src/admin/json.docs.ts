import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiQuery, ApiResponse } from '@nestjs/swagger';
import { z } from 'zod';
import { listQuery } from './paging';

type ApiSchema = Extract<Parameters<typeof ApiBody>[0], { schema: object }>['schema'];

/** Documents the body that a route reads, from the schema that it is read with. */
export function ReadsJson(schema: z.ZodType) {
  return applyDecorators(ApiConsumes('application/json'), ApiBody({ schema: openApiSchema(schema, 'input') }));
}

/** Documents a merge patch (RFC 7396): any part of the thing. */
export function ReadsMergePatch(schema: z.ZodObject) {
  return applyDecorators(
    ApiConsumes('application/merge-patch+json', 'application/json'),
    ApiBody({
      schema: openApiSchema(schema.partial(), 'input'),
      description: 'What is named is changed, null takes it away (RFC 7396).',
    }),
  );
}

/** Documents the answer of a route. */
export function Answers(schema: z.ZodType, { status = 200, description = '' } = {}) {
  return ApiResponse({ status, description, schema: openApiSchema(schema, 'output') });
}

/**
 * Documents a list and its query.
 * @param options `itemsToo`: the results are also there as `items`
 */
export function AnswersPage(item: z.ZodType, { itemsToo = false } = {}) {
  const page = z.object({
    ...(itemsToo ? { items: z.array(item) } : {}),
    results: z.array(item),
    totalResults: z.int(),
    nextLink: z.string().nullable(),
    prevLink: z.string().nullable(),
  });
  return applyDecorators(Answers(page), TakesQuery(listQuery));
}

/** Documents the query of a route, all of it optional. */
export function TakesQuery(query: z.ZodObject<Record<string, z.ZodType>>) {
  const parameters = Object.entries(query.shape).map(([name, schema]) =>
    ApiQuery({ name, required: false, schema: openApiSchema(schema, 'input') }),
  );
  return applyDecorators(...parameters);
}

function openApiSchema(schema: z.ZodType, io: 'input' | 'output'): ApiSchema {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { target: 'openapi-3.0', io, unrepresentable: 'any' });
  return rest as ApiSchema;
}
