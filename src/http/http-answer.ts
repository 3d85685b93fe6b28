/** An answer, before any HTTP framework knows of it. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Tokens, and errors about them, must not stay in any cache: RFC 6749 section 5.1. */
const UNCACHED = { 'Content-Type': 'application/json; charset=utf-8', 'Cache-Control': 'no-store', Pragma: 'no-cache' };

export function uncachedJson(status: number, body: object, headers: Readonly<Record<string, string>> = {}): HttpAnswer {
  return { status, headers: { ...UNCACHED, ...headers }, body: JSON.stringify(body) };
}
