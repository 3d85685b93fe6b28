import type { ListQuery, PageOf } from '../admin/paging';

const LIMIT = 200;

/** The things of all pages of a list. */
export async function everyPage<T>(
  page: (query: Pick<ListQuery, 'limit' | 'cursor'>) => Promise<PageOf<T>>,
): Promise<T[]> {
  const all: T[] = [];
  let cursor: string | undefined;
  do {
    const { results, nextLink } = await page({ limit: LIMIT, cursor });
    all.push(...results);
    cursor = nextLink === null ? undefined : (new URLSearchParams(nextLink.split('?')[1]).get('cursor') ?? undefined);
  } while (cursor !== undefined);
  return all;
}
