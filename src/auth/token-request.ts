import type { Dialect } from './dialect';

/** A token request as a value: all that the pipeline may know of the HTTP request. */
export interface TokenRequest {
  readonly id: string;
  readonly receivedAt: Date;
  readonly dialect: Dialect;
  /** IP address of the caller. */
  readonly address: string;
  readonly authorization: string | undefined;
  /** Without the question mark; empty when there is none. */
  readonly query: string;
  /** What the Content-Type header says. */
  readonly contentType: string | undefined;
  readonly body: Uint8Array;
  /** May the body be JSON as well as a form? */
  readonly jsonAllowed: boolean;
}
