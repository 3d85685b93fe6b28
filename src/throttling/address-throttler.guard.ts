import { type ExecutionContext, Injectable } from '@nestjs/common';
import { ThrottlerGuard, type ThrottlerLimitDetail } from '@nestjs/throttler';
import { tooMany } from './request-limits';

/** Limits each endpoint by the caller's address, before anything else is known of the caller. */
@Injectable()
export class AddressThrottlerGuard extends ThrottlerGuard {
  protected override generateKey(context: ExecutionContext, address: string): string {
    return `address ${context.getClass().name}.${context.getHandler().name} ${address}`;
  }

  protected override throwThrottlingException(
    _context: ExecutionContext,
    { tracker, limit, timeToBlockExpire }: ThrottlerLimitDetail,
  ): Promise<void> {
    throw tooMany(`address ${tracker}`, limit, timeToBlockExpire);
  }
}
