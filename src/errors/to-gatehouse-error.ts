import { HttpException } from '@nestjs/common';
import { QueryFailedError } from 'typeorm';
import { isGrantRefusal } from '@gatehouse/grant-sdk';
import type { ErrorCode } from './catalogue';
import { CustodyError } from './custody-error';
import { GatehouseError } from './gatehouse-error';
import { isServiceAway } from './service-away';

const RETRY_AFTER_SECONDS = 2;

/** SQLSTATE. */
const FOREIGN_KEY_VIOLATION = '23503';

/** What Nest, Express and its body parser know only by status. */
const BY_STATUS: Readonly<Record<number, readonly [ErrorCode, string]>> = {
  400: ['invalid_request', 'The request is malformed.'],
  404: ['not_found', 'Nothing answers at this path.'],
  408: ['request_timeout', 'The request did not arrive completely in time.'],
  413: ['payload_too_large', 'The body is too large.'],
  415: ['unsupported_media_type', 'The content type, charset or encoding of the body is not supported.'],
};

/** Turns whatever was thrown into the one error type. What is not understood becomes a `server_error` that says nothing. */
export function toGatehouseError(thrown: unknown): GatehouseError {
  if (thrown instanceof GatehouseError) return thrown;
  if (isGrantRefusal(thrown)) {
    return new GatehouseError(thrown.code, thrown.message, { detail: thrown.detail, cause: thrown.cause });
  }
  if (thrown instanceof CustodyError) {
    return new GatehouseError('unavailable', 'Tokens cannot be signed just now. Please try again.', {
      detail: thrown.message,
      retryAfterSeconds: RETRY_AFTER_SECONDS,
      cause: thrown,
    });
  }
  if (isServiceAway(thrown)) {
    return new GatehouseError('unavailable', 'The service is not available just now. Please try again.', {
      detail: `database away: ${messageOf(thrown)}`,
      retryAfterSeconds: RETRY_AFTER_SECONDS,
      cause: thrown,
    });
  }
  if (isMissingReference(thrown)) {
    return new GatehouseError('unavailable', 'What this rests on is changing just now. Please try again.', {
      detail: `something was deleted meanwhile: ${messageOf(thrown)}`,
      retryAfterSeconds: RETRY_AFTER_SECONDS,
      cause: thrown,
    });
  }
  const known = BY_STATUS[statusOf(thrown) ?? 500];
  if (known) return new GatehouseError(known[0], known[1], { detail: messageOf(thrown), cause: thrown });
  return new GatehouseError('server_error', 'An unexpected error occurred.', {
    detail: messageOf(thrown),
    cause: thrown,
  });
}

/** Of a client, user or org that was deleted while the request was under way; once more, and the answer says so. */
function isMissingReference(thrown: unknown): boolean {
  return thrown instanceof QueryFailedError && 'code' in thrown && thrown.code === FOREIGN_KEY_VIOLATION;
}

function statusOf(thrown: unknown): number | undefined {
  if (thrown instanceof HttpException) return thrown.getStatus();
  if (thrown instanceof Error && 'status' in thrown && typeof thrown.status === 'number') return thrown.status;
  return undefined;
}

function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : 'something that is no Error was thrown';
}
