import { Injectable } from '@nestjs/common';
import { Configuration } from '../config/configuration';
import { MemoryThrottlerStorage } from './memory-storage';

/** Counts wrong passwords by account, whether or not there is such an account. */
@Injectable()
export class PasswordFailures {
  private readonly limit: number;
  private readonly windowMs: number;

  constructor(
    private readonly storage: MemoryThrottlerStorage,
    { throttling }: Configuration,
  ) {
    this.limit = throttling.failedPasswordLimit;
    this.windowMs = throttling.failedPasswordWindowSeconds * 1_000;
  }

  async isLocked(account: string): Promise<boolean> {
    return (await this.storage.peek(`password ${account}`, this.limit - 1)).isBlocked;
  }

  /** True: it was one too many. */
  async count(account: string): Promise<boolean> {
    const { isBlocked } = await this.storage.increment(`password ${account}`, this.windowMs, this.limit);
    return isBlocked;
  }
}
