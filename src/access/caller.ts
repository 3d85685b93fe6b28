import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { PresentedToken } from '@gatehouse/grant-sdk';

/** Who makes a request, and what it may just now: what both its token says and its roles still say. */
export interface Caller {
  readonly token: PresentedToken;
  /** By the names of the `perms` claim. */
  readonly permissions: readonly string[];
  /** As audit events and the csp dialect's `sub` name it. */
  readonly name: string;
}

const callers = new WeakMap<object, Caller>();

/** Remembers the caller that a guard has found. */
export function rememberCaller(request: object, caller: Caller): void {
  callers.set(request, caller);
}

/** The caller of a request to a route that is not open to everyone. */
export function callerOf(request: object): Caller {
  const caller = callers.get(request);
  if (caller === undefined) throw new Error('A route that asks for its caller has to be declared with @Access.');
  return caller;
}

/** {@link callerOf} as a parameter of a route. */
export const CallerOf = createParamDecorator((_data: unknown, context: ExecutionContext): Caller =>
  callerOf(context.switchToHttp().getRequest<object>()),
);
