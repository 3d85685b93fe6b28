import express, { type RequestHandler } from 'express';

/** Enough for two tokens and the permissions to narrow them to. */
const LARGEST_BODY = '64kb';

/**
 * Reads a body of any type as bytes: what it says is for the token pipeline to judge. A compressed one is refused, it
 * could unpack to anything.
 */
export function rawBody(): RequestHandler {
  return express.raw({ type: () => true, limit: LARGEST_BODY, inflate: false });
}

export function bodyOf(request: { body?: unknown }): Uint8Array {
  return request.body instanceof Uint8Array ? request.body : new Uint8Array();
}
