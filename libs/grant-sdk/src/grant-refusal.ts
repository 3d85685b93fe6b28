/** What a grant may refuse with. The service maps each code to a status and body of the dialect that was spoken. */
export type RefusalCode =
  | 'invalid_request'
  | 'invalid_grant'
  | 'invalid_refresh_token'
  | 'invalid_scope'
  | 'invalid_target'
  | 'unauthorized_client'
  | 'conflict'
  | 'forbidden'
  | 'org_not_found';

/** A registered symbol: two copies of this package in one process still know each other's refusals. */
const BRAND = Symbol.for('gatehouse.grant-refusal');

/**
 * A grant's "no".
 *
 * @example
 * throw new GrantRefusal('invalid_grant', 'The badge is not valid.', `badge ${badge.id} was reported lost on ${day}`);
 */
export class GrantRefusal extends Error {
  readonly [BRAND] = true;

  /**
   * @param code which refusal it is
   * @param message what the caller may know, terse
   * @param detail the full reason, for the audit event only; never a secret
   */
  constructor(
    readonly code: RefusalCode,
    message: string,
    readonly detail: string = message,
    options?: { cause?: unknown },
  ) {
    super(message, options);
    this.name = 'GrantRefusal';
  }
}

export function isGrantRefusal(error: unknown): error is GrantRefusal {
  return typeof error === 'object' && error !== null && BRAND in error;
}
