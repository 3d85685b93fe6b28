import { Injectable } from '@nestjs/common';
import { INJECTABLE_WATERMARK } from '@nestjs/common/constants';
import type { DialectName } from './dialect-name';
import type { GrantContext } from './grant-context';
import type { GrantDecision } from './grant-decision';

/** A fixed string, not a symbol: two copies of this package in one process still see each other's grants. */
const GRANT_METADATA = 'gatehouse:grant';

/** A grant type: it judges, and has no means to do more. */
export interface TokenGrant<P extends object> {
  /**
   * Says for whom, for which org and for how long at most a token may be issued, and what that uses up.
   * @throws {GrantRefusal} when it may not
   */
  decide(context: GrantContext<P>): GrantDecision | Promise<GrantDecision>;
}

export interface GrantOptions<P extends object> {
  /** The `grant_type` value. A team's own is an absolute URI (RFC 6749 section 4.5). */
  readonly type: string;
  /** Further `grant_type` values that mean the same. */
  readonly aliases?: readonly string[];
  /** Class of the parameters; each field carries class-validator's decorators. */
  readonly params: new () => P;
  /** One sentence for the documentation. */
  readonly summary: string;
  /** Parameters of an example request beside `grant_type`, for the documentation. */
  readonly example?: Readonly<Record<string, string>>;
  /** Where it can be asked for. Absent: in every dialect. */
  readonly dialects?: readonly DialectName[];
  /** May clients without a secret use it? */
  readonly publicClients: boolean;
}

type GrantClass<P extends object> = abstract new (...dependencies: never[]) => TokenGrant<P>;

/** Makes an injectable class a grant: the service finds it at start wherever a module provides it. */
export function Grant<P extends object>(options: GrantOptions<P>): (target: GrantClass<P>) => void {
  return (target) => {
    // Not over an @Injectable() of the class's own: it would undo that one's scope, which the service must see to refuse.
    if (!Reflect.hasOwnMetadata(INJECTABLE_WATERMARK, target)) Injectable()(target);
    Reflect.defineMetadata(GRANT_METADATA, Object.freeze({ ...options }), target);
  };
}

/** What {@link Grant} said about the class, or undefined when it is no grant. */
export function grantOptionsOf(target: object): GrantOptions<object> | undefined {
  const options: unknown = Reflect.getOwnMetadata(GRANT_METADATA, target);
  return isGrantOptions(options) ? options : undefined;
}

function isGrantOptions(value: unknown): value is GrantOptions<object> {
  return typeof value === 'object' && value !== null && 'type' in value && 'params' in value;
}
