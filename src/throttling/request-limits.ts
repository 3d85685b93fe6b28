import { Injectable } from '@nestjs/common';
import { Configuration } from '../config/configuration';
import { GatehouseError } from '../errors/gatehouse-error';
import { MemoryThrottlerStorage } from './memory-storage';

/** The limits that only the token pipeline can count, since they need to know the client. */
@Injectable()
export class RequestLimits {
  private readonly windowMs: number;

  constructor(
    private readonly storage: MemoryThrottlerStorage,
    private readonly configuration: Configuration,
  ) {
    this.windowMs = configuration.throttling.windowSeconds * 1_000;
  }

  /**
   * Counts a request of an authenticated client; before that anyone could lock it out.
   * @throws {GatehouseError} `too_many_requests`
   */
  async countClient(clientId: string): Promise<void> {
    const { clientLimit } = this.configuration.throttling;
    const count = await this.storage.increment(`client ${clientId}`, this.windowMs, clientLimit);
    if (count.isBlocked) throw tooMany(`client ${clientId}`, clientLimit, count.timeToBlockExpire);
  }

  /**
   * Counts a request of a caller behind a trusted proxy, whom the limit by address sees only as the proxy.
   * @throws {GatehouseError} `too_many_requests`
   */
  async countAddressBehind(address: string): Promise<void> {
    const { addressLimit } = this.configuration.throttling;
    const count = await this.storage.increment(`behind ${address}`, this.windowMs, addressLimit);
    if (count.isBlocked) throw tooMany(`address ${address}`, addressLimit, count.timeToBlockExpire);
  }

  /**
   * Refuses an address that failed too often with this client id, whatever it tries now.
   * @throws {GatehouseError} `too_many_requests`
   */
  async checkFailedAuthentications(address: string, claimedClient: string): Promise<void> {
    const { failedAuthenticationLimit } = this.configuration.throttling;
    const count = await this.storage.peek(failureKey(address, claimedClient), failedAuthenticationLimit - 1);
    if (count.isBlocked) throw this.tooManyFailures(claimedClient, count.timeToBlockExpire);
  }

  /**
   * @throws {GatehouseError} `too_many_requests` past the limit: of parallel failures only as many are answered as such
   */
  async countFailedAuthentication(address: string, claimedClient: string): Promise<void> {
    const { failedAuthenticationLimit } = this.configuration.throttling;
    const key = failureKey(address, claimedClient);
    const count = await this.storage.increment(key, this.windowMs, failedAuthenticationLimit);
    if (count.isBlocked) throw this.tooManyFailures(claimedClient, count.timeToBlockExpire);
  }

  private tooManyFailures(claimedClient: string, retryAfterSeconds: number): GatehouseError {
    const { failedAuthenticationLimit } = this.configuration.throttling;
    return tooMany(`failed authentications of ${claimedClient}`, failedAuthenticationLimit, retryAfterSeconds);
  }
}

/** By both: a stranger elsewhere cannot lock a client out. */
function failureKey(address: string, claimedClient: string): string {
  return `failed ${address} ${claimedClient}`;
}

/** @param retryAfterSeconds when the window ends */
export function tooMany(what: string, limit: number, retryAfterSeconds: number): GatehouseError {
  return new GatehouseError('too_many_requests', `Too many requests. Try again in ${retryAfterSeconds} s.`, {
    detail: `limit of ${limit} reached by ${what}`,
    retryAfterSeconds,
  });
}
