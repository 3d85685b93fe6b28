import { randomUUID } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';
import { Injectable } from '@nestjs/common';

/** OWASP's first choice for argon2id, which is the library's default algorithm: 19 MiB, two passes. */
const ARGON2ID = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** A hash takes one of libuv's four threads, where RSA signatures are made too: a login storm must leave it some. */
const MOST_AT_ONCE = 2;

/** Hashes passwords that people choose, never credentials that a machine made: it is slow on purpose. */
@Injectable()
export class PasswordHasher {
  private decoy: Promise<string> | undefined;
  private running = 0;
  private readonly queue: (() => void)[] = [];

  /** PHC string format. */
  hash(password: string): Promise<string> {
    return this.inTurn(() => hash(password, ARGON2ID));
  }

  /** @param hashed undefined: whatever takes as long and fails, so that nobody can tell that there is no hash */
  async verify(password: string, hashed: string | undefined): Promise<boolean> {
    this.decoy ??= this.hash(randomUUID());
    const against = hashed ?? (await this.decoy);
    return (await this.inTurn(() => verify(against, password))) && hashed !== undefined;
  }

  private async inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.running >= MOST_AT_ONCE) await new Promise<void>((start) => this.queue.push(start));
    else this.running++;
    try {
      return await work();
    } finally {
      const next = this.queue.shift();
      if (next) next();
      else this.running--;
    }
  }
}
