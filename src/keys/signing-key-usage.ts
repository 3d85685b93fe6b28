import { type BeforeApplicationShutdown, Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { SigningKeyStore } from './signing-key.store';

const WRITE_INTERVAL_MS = 10_000;

/** Times are rounded up to this, so that under steady load a row is written once a minute. */
const ROUNDED_TO_SECONDS = 60;

/**
 * Remembers when the last token of each key expires. The lifetimes of clients do not tell: a client that had a long one
 * may have been given a shorter one since, or be gone.
 */
@Injectable()
export class SigningKeyUsage implements OnModuleInit, BeforeApplicationShutdown {
  private readonly logger = new Logger(SigningKeyUsage.name);
  private readonly latest = new Map<string, number>();
  private unwritten = new Set<string>();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly store: SigningKeyStore) {}

  onModuleInit(): void {
    this.timer = setInterval(() => void this.write(), WRITE_INTERVAL_MS).unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.write();
  }

  /** @param expiresAt of a token that the key signs, in seconds since 1970 */
  record(kid: string, expiresAt: number): void {
    const until = Math.ceil(expiresAt / ROUNDED_TO_SECONDS) * ROUNDED_TO_SECONDS;
    if (until <= (this.latest.get(kid) ?? 0)) return;
    this.latest.set(kid, until);
    this.unwritten.add(kid);
  }

  async write(): Promise<void> {
    if (this.unwritten.size === 0) return;
    const kids = [...this.unwritten];
    this.unwritten = new Set();
    try {
      await this.store.recordNeed(kids.map((kid) => ({ kid, until: new Date((this.latest.get(kid) ?? 0) * 1_000) })));
    } catch (error) {
      for (const kid of kids) this.unwritten.add(kid);
      this.logger.warn(`The last use of ${kids.length} signing keys was not written: ${String(error)}`);
    }
  }
}
