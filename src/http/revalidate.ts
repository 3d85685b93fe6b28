import type { HttpAnswer } from './http-answer';

/**
 * The answer with its entity tag, or 304 to a caller that has it already (RFC 9110 section 13.1.2).
 * @param etag with its quotes
 */
export function revalidate(answer: HttpAnswer, etag: string, ifNoneMatch: string | undefined): HttpAnswer {
  const headers = { ...answer.headers, ETag: etag };
  return isHeld(etag, ifNoneMatch) ? { status: 304, headers, body: '' } : { ...answer, headers };
}

/** Weak comparison (section 8.8.3.2): proxies that compress make a tag weak. */
function isHeld(etag: string, ifNoneMatch = ''): boolean {
  const tags = ifNoneMatch.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return tags.includes('*') || tags.includes(etag);
}
