import type { Response } from 'express';
import { uncachedJson } from '../http/http-answer';
import { send } from '../http/send';
import { entityTag } from './entity-tag';

/** One thing, with the entity tag to change it by. */
export function sendThing(response: Response, shown: object, status: 200 | 201 = 200): void {
  send(response, uncachedJson(status, shown, { ETag: entityTag(shown) }));
}

/** A new thing, with what only this answer tells: its entity tag is that of the thing without. */
export function sendNew(response: Response, shown: object, once: object): void {
  send(response, uncachedJson(201, { ...shown, ...once }, { ETag: entityTag(shown) }));
}

/** What has no state of its own that someone could change. */
export function sendList(response: Response, list: object, status: 200 | 201 = 200): void {
  send(response, uncachedJson(status, list));
}

/** It was done, and there is nothing to say. */
export function sendNothing(response: Response): void {
  send(response, { status: 204, headers: { 'Cache-Control': 'no-store' }, body: '' });
}

/** It has begun. */
export function sendAccepted(response: Response, body: object): void {
  send(response, uncachedJson(202, body));
}
