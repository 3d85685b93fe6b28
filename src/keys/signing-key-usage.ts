import { type BeforeApplicationShutdown, Injectable, type OnModuleInit } from '@nestjs/common';
import { WrittenLater } from '../database/written-later';
import { SigningKeyStore } from './signing-key.store';

/** Times are rounded up to this, so that under steady load a row is written once a minute. */
const ROUNDED_TO_SECONDS = 60;

/**
 * Remembers when the last token of each key expires. The lifetimes of clients do not tell: a client that had a long one
 * may have been given a shorter one since, or be gone.
 */
@Injectable()
export class SigningKeyUsage implements OnModuleInit, BeforeApplicationShutdown {
  private readonly latest = new Map<string, number>();
  private readonly later: WrittenLater<Date>;

  constructor(store: SigningKeyStore) {
    this.later = new WrittenLater({
      of: 'signing keys',
      write: (uses) => store.recordNeed([...uses].map(([kid, until]) => ({ kid, until }))),
    });
  }

  onModuleInit(): void {
    this.later.begin();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.later.end();
  }

  /** @param expiresAt of a token that the key signs, in seconds since 1970 */
  record(kid: string, expiresAt: number): void {
    const until = Math.ceil(expiresAt / ROUNDED_TO_SECONDS) * ROUNDED_TO_SECONDS;
    if (until <= (this.latest.get(kid) ?? 0)) return;
    this.latest.set(kid, until);
    this.later.record(kid, new Date(until * 1_000));
  }

  write(): Promise<void> {
    return this.later.write();
  }
}
