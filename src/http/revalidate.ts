import type { HttpAnswer } from './http-answer';

/**
 * The answer with its entity tag, or 304 to a caller that has it already (RFC 9110 section 13.1.2).
 * @param etag with its quotes
 */
export function revalidate(answer: HttpAnswer, etag: string, ifNoneMatch: string | undefined): HttpAnswer {
  const headers = { ...answer.headers, ETag: etag };
  return isHeld(etag, ifNoneMatch) ? { status: 304, headers, body: '' } : { ...answer, headers };
}

/** Weak comparison (section 8.8.3.2): proxies that compress make a tag weak. A comma may stand within a tag. */
function isHeld(etag: string, ifNoneMatch = ''): boolean {
  if (ifNoneMatch.trim() === '*') return true;
  const tags = ifNoneMatch.match(/(?:W\/)?"[^"]*"/g) ?? [];
  return tags.some((tag) => tag.replace(/^W\//, '') === etag);
}
