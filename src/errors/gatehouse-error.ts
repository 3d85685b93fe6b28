import type { ErrorCode } from './catalogue';

interface Particulars {
  /** The full reason, for the audit event and the log only. Never a secret. Absent: the message says it all. */
  readonly detail?: string;
  /** When trying again makes sense, in seconds: becomes Retry-After. */
  readonly retryAfterSeconds?: number;
  /** Methods that the path does answer: becomes Allow. */
  readonly allow?: readonly string[];
  /** Nothing was presented that could be wrong: the challenge names no error (RFC 6750 section 3.1). */
  readonly unauthenticated?: boolean;
  readonly cause?: unknown;
}

/** The one error type. The code says which, the message goes to the caller, the detail does not. */
export class GatehouseError extends Error {
  readonly detail: string;
  readonly retryAfterSeconds: number | undefined;
  readonly allow: readonly string[] | undefined;
  readonly unauthenticated: boolean;

  constructor(
    readonly code: ErrorCode,
    message: string,
    particulars: Particulars = {},
  ) {
    super(message, { cause: particulars.cause });
    this.name = 'GatehouseError';
    this.detail = particulars.detail ?? message;
    this.retryAfterSeconds = particulars.retryAfterSeconds;
    this.allow = particulars.allow;
    this.unauthenticated = particulars.unauthenticated ?? false;
  }
}
