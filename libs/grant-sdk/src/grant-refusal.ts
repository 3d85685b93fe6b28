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

/** Whom and what a refusal is about, as far as the grant knows: for the audit event only. */
export interface RefusalSubject {
  readonly userId?: string | undefined;
  readonly orgId?: string | undefined;
  readonly loginId?: string | undefined;
}

/**
 * A grant's "no".
 *
 * @example
 * throw new GrantRefusal('invalid_grant', 'The badge is not valid.', `badge ${badge.id} was reported lost on ${day}`);
 */
export class GrantRefusal extends Error {
  readonly [BRAND] = true;
  /** The id of a login that the service is to end, with all that came from it. */
  readonly endsLogin: string | undefined;
  readonly about: RefusalSubject | undefined;

  /**
   * @param code which refusal it is
   * @param message what the caller may know, terse
   * @param detail the full reason, for the audit event only; never a secret
   * @param options `endsLogin`: the id of a login to end, because what it began with may have been stolen; `about`: whom
   * the refusal is about, for the audit event
   */
  constructor(
    readonly code: RefusalCode,
    message: string,
    readonly detail: string = message,
    options: { cause?: unknown; endsLogin?: string | undefined; about?: RefusalSubject | undefined } = {},
  ) {
    super(message, options);
    this.endsLogin = options.endsLogin;
    this.about = options.about;
    this.name = 'GrantRefusal';
  }
}

export function isGrantRefusal(error: unknown): error is GrantRefusal {
  return typeof error === 'object' && error !== null && BRAND in error;
}
