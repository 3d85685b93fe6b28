import { randomBytes, randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { type EntityManager, IsNull, MoreThan, Repository } from 'typeorm';
import { Configuration } from '../config/configuration';
import { CredentialHasher } from '../keys/credential-hasher';
import { BrowserSessionEntity } from './browser-session.entity';

/** A use is written at most this often, or four times in the idle time if that is more often. */
const USE_WRITTEN_EVERY_MS = 60_000;

export interface BrowserSession {
  readonly id: string;
  readonly userId: string;
  readonly authTime: Date;
}

/** Who has logged in with which browser. A browser holds an opaque secret; here is only its hash. */
@Injectable()
export class BrowserSessions {
  private readonly idleMs: number;
  private readonly longestMs: number;

  constructor(
    @InjectRepository(BrowserSessionEntity) private readonly sessions: Repository<BrowserSessionEntity>,
    private readonly hasher: CredentialHasher,
    { browserSessions }: Configuration,
  ) {
    this.idleMs = browserSessions.idleSeconds * 1_000;
    this.longestMs = browserSessions.longestSeconds * 1_000;
  }

  /** The session behind a cookie; undefined when it is unknown, has ended, or was not used for too long. Counts as a use. */
  async find(secret: string): Promise<BrowserSession | undefined> {
    const now = Date.now();
    const session = await this.sessions.findOneBy({
      hash: this.hasher.hash(secret),
      endedAt: IsNull(),
      expiresAt: MoreThan(new Date(now)),
      lastUsedAt: MoreThan(new Date(now - this.idleMs)),
    });
    if (session === null) return undefined;
    if (now - session.lastUsedAt.getTime() > Math.min(USE_WRITTEN_EVERY_MS, this.idleMs / 4)) {
      await this.sessions.update({ id: session.id }, { lastUsedAt: new Date(now) });
    }
    return session;
  }

  /**
   * Begins a session, or begins the user's present one anew. In either case the secret is a new one, so that what
   * someone else may have put into the browser before the login is worth nothing after it.
   * @returns what the browser is to hold: 43 characters of base64url
   */
  async begin(transaction: EntityManager, userId: string, present: BrowserSession | undefined): Promise<string> {
    const secret = randomBytes(32).toString('base64url');
    const now = Date.now();
    const times = { authTime: new Date(now), lastUsedAt: new Date(now), expiresAt: new Date(now + this.longestMs) };
    const hash = this.hasher.hash(secret);
    if (present?.userId === userId) {
      const renewed = await transaction.update(
        BrowserSessionEntity,
        { id: present.id, endedAt: IsNull() },
        { hash, ...times },
      );
      if (renewed.affected === 1) return secret;
    } else if (present !== undefined) {
      await this.end(transaction, present.id);
    }
    await transaction.insert(BrowserSessionEntity, { id: randomUUID(), hash, userId, ...times });
    return secret;
  }

  /** Locks the session against being ended until the transaction is over. False: it has ended, or was never there. */
  async holdOpen(transaction: EntityManager, id: string): Promise<boolean> {
    const rows = await transaction.query<unknown[]>(
      'SELECT 1 FROM browser_sessions WHERE id = $1 AND ended_at IS NULL FOR SHARE',
      [id],
    );
    return rows.length > 0;
  }

  async end(transaction: EntityManager, id: string): Promise<void> {
    await transaction.update(BrowserSessionEntity, { id, endedAt: IsNull() }, { endedAt: new Date() });
  }

  async endAllOf(transaction: EntityManager, userId: string): Promise<void> {
    await transaction.update(BrowserSessionEntity, { userId, endedAt: IsNull() }, { endedAt: new Date() });
  }
}
