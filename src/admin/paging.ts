import { z } from 'zod';
import type { ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import { UUID } from '../database/field-rules';
import { GatehouseError } from '../errors/gatehouse-error';
import { parsedQuery } from './json-body';

const DEFAULT_LIMIT = 50;
export const MOST_IN_A_PAGE = 200;

/** What every list takes in its query. */
export const listQuery = z.object({
  limit: z.coerce.number().int().min(1).max(MOST_IN_A_PAGE).default(DEFAULT_LIMIT),
  cursor: z.string().max(2_048).optional(),
  filter: z
    .string()
    .max(255)
    .refine((text) => !text.includes('\0'), 'contains NUL')
    .optional(),
});

export type ListQuery = z.output<typeof listQuery>;

/**
 * For lists that clients of another system read as well: what these send beside is ignored.
 * @throws {GatehouseError} `invalid_request`
 */
export function listQueryOf(query: unknown): ListQuery {
  return parsedQuery(query, listQuery);
}

/**
 * For lists that only Gatehouse has: a filter that is misspelt must not show everything.
 * @throws {GatehouseError} `invalid_request`, also for parameters that there are not
 */
export function strictListQueryOf(query: unknown): ListQuery {
  return parsedQuery(query, listQuery.strict());
}

/** A page of a list. The links are paths with their query; null where there is no such page. */
export interface PageOf<T> {
  readonly results: readonly T[];
  readonly totalResults: number;
  readonly nextLink: string | null;
  readonly prevLink: string | null;
}

/** The row that a page begins after or, going back, ends before. */
const cursorShape = z.strictObject({ after: z.string().optional(), before: z.string().optional() });
type Cursor = z.output<typeof cursorShape>;

interface Listing<Row extends ObjectLiteral, T> {
  /** All rows that the caller may see, filtered. */
  readonly rows: SelectQueryBuilder<Row>;
  /** Its alias and property that orders the list, unique among the rows; as in `org.id`. */
  readonly key: string;
  /** Absent: text. */
  readonly keyType?: 'uuid';
  readonly keyOf: (row: Row) => string;
  readonly show: (row: Row) => T;
  /** Path of the list. */
  readonly path: string;
  readonly query: ListQuery;
  /** Further parameters of the query, for the links. */
  readonly parameters?: Readonly<Record<string, string>>;
}

/**
 * One page by key: however far back it is, it costs the same, and rows that come or go shift no other.
 * @throws {GatehouseError} `invalid_request` for a cursor that is none of ours
 */
export async function pageOf<Row extends ObjectLiteral, T>(listing: Listing<Row, T>): Promise<PageOf<T>> {
  const { rows, key, keyType, keyOf, show, query } = listing;
  const cursor = query.cursor === undefined ? {} : readCursor(query.cursor, keyType);
  const back = cursor.before !== undefined;
  // Text by code units, whatever the collation of the database.
  const ordered = keyType === 'uuid' ? key : `${key} COLLATE "C"`;
  const totalResults = await rows.getCount();
  const page = rows
    .clone()
    .orderBy(ordered, back ? 'DESC' : 'ASC')
    .limit(query.limit + 1);
  if (cursor.after !== undefined) page.andWhere(`${ordered} > :edge`, { edge: cursor.after });
  if (cursor.before !== undefined) page.andWhere(`${ordered} < :edge`, { edge: cursor.before });
  const found = await page.getMany();
  const more = found.length > query.limit;
  const shown = found.slice(0, query.limit);
  if (back) shown.reverse();
  const [first, last] = [shown[0], shown.at(-1)];
  const hasNext = back ? true : more;
  const hasPrevious = back ? more : cursor.after !== undefined;
  return {
    results: shown.map(show),
    totalResults,
    nextLink: hasNext && last !== undefined ? link(listing, { after: keyOf(last) }) : null,
    prevLink: hasPrevious && first !== undefined ? link(listing, { before: keyOf(first) }) : null,
  };
}

type Linked = Pick<Listing<ObjectLiteral, unknown>, 'path' | 'query' | 'parameters'>;

function link({ path, query, parameters: others = {} }: Linked, cursor: Cursor): string {
  const parameters = new URLSearchParams({ ...others, limit: String(query.limit) });
  if (query.filter !== undefined) parameters.set('filter', query.filter);
  parameters.set('cursor', Buffer.from(JSON.stringify(cursor)).toString('base64url'));
  return `${path}?${parameters.toString()}`;
}

function readCursor(text: string, keyType: 'uuid' | undefined): Cursor {
  const invalid = new GatehouseError('invalid_request', 'cursor: is not one that a list has given.');
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(text, 'base64url').toString());
  } catch {
    throw invalid;
  }
  const { success, data } = cursorShape.safeParse(value);
  if (!success || (data.after === undefined) === (data.before === undefined)) throw invalid;
  const edge = data.after ?? data.before ?? '';
  if (keyType === 'uuid' ? !UUID.test(edge) : edge.includes('\0')) throw invalid;
  return data;
}

/** A filter as a pattern of LIKE that finds it anywhere. */
export function containing(filter: string): string {
  return `%${filter.replace(/[\\%_]/g, '\\$&')}%`;
}
