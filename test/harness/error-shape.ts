import type { DialectName } from './dialects';

/** An answer, however it was fetched. */
export interface ErrorAnswer {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  readonly json: Record<string, unknown>;
}

/** Statuses that tell a caller that the fault is its own. */
export const CALLER_FAULTS = [400, 401, 404, 405, 408, 413, 415, 431];

/** What holds for every error of a dialect (contract: "Errors"), whatever it says. */
export function expectErrorShape({ status, headers, json }: ErrorAnswer, dialect: DialectName): void {
  const requestId = headers.get('x-request-id');
  expect(requestId).toMatch(/^[A-Za-z0-9._-]{1,128}$/);
  expect(headers.get('cache-control')).toBe('no-store');
  expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
  if (dialect !== 'csp') {
    // RFC 6749 section 5.2 allows these characters only.
    const printable = /^[\x20-\x21\x23-\x5B\x5D-\x7E]+$/;
    expect(json).toEqual({
      error: expect.stringMatching(printable) as string,
      error_description: expect.stringMatching(printable) as string,
    });
    return;
  }
  expect(json).toEqual({
    cspErrorCode: expect.stringMatching(/^\d+\.\d+(-\d+\.\d+)*$/) as string,
    message: expect.stringMatching(/./) as string,
    errorCode: expect.stringMatching(/^[a-z_]+$/) as string,
    requestId,
    moduleCode: Number.parseInt(String(json.cspErrorCode), 10),
    statusCode: status,
  });
}

/** {@link expectErrorShape} of one that the caller brought about. */
export function expectCallerError(answer: ErrorAnswer, dialect: DialectName): void {
  expect(CALLER_FAULTS).toContain(answer.status);
  expectErrorShape(answer, dialect);
}

/** Which error it is, by the name that the dialect's body gives it. */
export function errorName({ json }: ErrorAnswer, dialect: DialectName): unknown {
  return dialect === 'csp' ? json.errorCode : json.error;
}

/** What the body tells people. */
export function errorMessage({ json }: ErrorAnswer, dialect: DialectName): unknown {
  return dialect === 'csp' ? json.message : json.error_description;
}
