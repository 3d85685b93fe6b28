import { GatehouseError } from '../errors/gatehouse-error';
import type { Form } from '../grants/form';
import { decode } from './parameters';

export interface IdAndSecret {
  readonly id: string;
  /** Empty: none was presented, as a public client does. */
  readonly secret: string;
}

/** What a request presented to authenticate its client with: the readings to try, in their order. */
export type PresentedCredentials = readonly [IdAndSecret, ...IdAndSecret[]];

/**
 * Finds the client's credentials in the Authorization header or the body (RFC 6749 section 2.3.1).
 * @throws {GatehouseError} `invalid_client` when there are none; `invalid_request` when header and body disagree
 */
export function presentedCredentials(authorization: string | undefined, form: Form): PresentedCredentials {
  const [bodyId, bodySecret] = [form.get('client_id'), form.get('client_secret')];
  if (authorization === undefined) {
    if (bodyId === undefined) throw new GatehouseError('invalid_client', 'Client authentication is missing.');
    return [{ id: bodyId, secret: bodySecret ?? '' }];
  }
  const readings = basicReadings(authorization);
  if (bodySecret !== undefined) {
    throw new GatehouseError('invalid_request', 'The client presented two secrets; send only one.');
  }
  if (bodyId === undefined) return readings;
  const agreeing = readings.filter(({ id }) => id === bodyId);
  const [first, ...rest] = agreeing;
  if (first === undefined) {
    throw new GatehouseError('invalid_request', 'The Authorization header and client_id name different clients.');
  }
  return [first, ...rest];
}

/**
 * `Basic` credentials as sent, then form-decoded: RFC 6749 wants id and secret encoded, Go's client obeys, Python's
 * sends them raw.
 */
function basicReadings(authorization: string): PresentedCredentials {
  const [, encoded] = /^Basic +([A-Za-z0-9+/_-]+={0,2})$/i.exec(authorization) ?? [];
  const text = encoded === undefined ? '' : basicText(Buffer.from(encoded, 'base64'));
  const colon = text.indexOf(':');
  if (colon < 1) {
    throw new GatehouseError('invalid_client', 'The Authorization header is no valid Basic authentication.');
  }
  const raw = { id: text.slice(0, colon), secret: text.slice(colon + 1) };
  if (!/[%+]/.test(text)) return [raw];
  try {
    return [raw, { id: decode(raw.id), secret: decode(raw.secret) }];
  } catch {
    return [raw];
  }
}

/** UTF-8, as the challenge says (RFC 7617 section 2.1), or Latin-1, as Python's requests sends what is not ASCII. */
function basicText(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return bytes.toString('latin1');
  }
}
