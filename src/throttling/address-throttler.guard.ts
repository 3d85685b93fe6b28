import type { ServerResponse } from 'node:http';
import { type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { ThrottlerGuard, type ThrottlerLimitDetail } from '@nestjs/throttler';
import { AuditLog } from '../audit/audit-log';
import { requestIdOf } from '../http/request-id';
import { tooMany } from './request-limits';

/** Limits each endpoint by the caller's address, before anything else is known of the caller. */
@Injectable()
export class AddressThrottlerGuard extends ThrottlerGuard {
  @Inject(AuditLog) private readonly audit!: AuditLog;

  protected override generateKey(context: ExecutionContext, address: string): string {
    return `address ${context.getClass().name}.${context.getHandler().name} ${address}`;
  }

  /** The first refusal of a window is audited; the rest of a flood would only fill the trail. */
  protected override async throwThrottlingException(
    context: ExecutionContext,
    { tracker, limit, totalHits, timeToBlockExpire }: ThrottlerLimitDetail,
  ): Promise<void> {
    const error = tooMany(`address ${tracker}`, limit, timeToBlockExpire);
    if (totalHits === limit + 1) {
      await this.audit.append({
        at: new Date(),
        requestId: requestIdOf(context.switchToHttp().getResponse<ServerResponse>()),
        action: 'request.limit',
        outcome: 'refused',
        error: error.code,
        reason: error.detail,
        address: tracker,
      });
    }
    throw error;
  }
}
