import { setTimeout as sleep } from 'node:timers/promises';
import { type BeforeApplicationShutdown, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { DatabaseLocation } from './data-source.options';
import { EmbeddedDatabase } from './embedded-database';
import { ListeningConnection } from './listening-connection';

/** What a change is about: the payload of its notification. Of members and secrets, the user and the client. */
export type Topic = `${'client' | 'org' | 'user' | 'service'}:${string}` | 'keys';

export interface ChangeListener {
  /** @param topic a {@link Topic}; of a newer version perhaps one that is not known here */
  changed(topic: string): void;
  /** Nobody knows what was missed. */
  anythingMayHaveChanged(): void;
}

const BEAT_EVERY_MS = 250;

/** How long after it was sent a beat that was answered counts. With what is under way then, less than a second. */
const BELIEVED_MS = 750;

const SHORTEST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 5_000;

/**
 * Hears what any process changes of that which this one keeps in memory: triggers of the database tell, in the changing
 * transaction. Memory may be believed only while {@link hears} is true. After a loss everything counts as changed, so
 * that nothing is missed.
 */
@Injectable()
export class Changes implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(Changes.name);
  private readonly listeners: ChangeListener[] = [];
  private readonly stopping = new AbortController();
  private connection: ListeningConnection | undefined;
  /** When the newest beat was sent that was answered, by a clock that nobody sets. */
  private sentAt = -Infinity;
  private lost = false;
  private running: Promise<void> | undefined;

  constructor(
    private readonly embedded: EmbeddedDatabase,
    private readonly dataSource: DataSource,
  ) {}

  onApplicationBootstrap(): void {
    this.running = this.run();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  subscribe(listener: ChangeListener): void {
    this.listeners.push(listener);
  }

  /** Has everything been heard that was committed up to a moment ago? Not after the process was suspended, either. */
  hears(): boolean {
    return performance.now() - this.sentAt < BELIEVED_MS;
  }

  /** Resolves when every change that was committed before the call counts here, too. */
  async settled(): Promise<void> {
    const { connection } = this;
    if (connection === undefined) return; // nothing is believed
    await this.beat(connection).catch((error: unknown) => this.lose(connection, error));
  }

  private async run(): Promise<void> {
    const location = await this.embedded.locate();
    let pause = SHORTEST_PAUSE_MS;
    while (!this.stopping.signal.aborted) {
      pause = (await this.listen(location)) ? SHORTEST_PAUSE_MS : Math.min(pause * 2, LONGEST_PAUSE_MS);
      await this.rest(pause);
    }
  }

  /** Listens until the connection is lost. @returns whether there was one */
  private async listen(location: DatabaseLocation): Promise<boolean> {
    const connection: ListeningConnection = new ListeningConnection(location, {
      hear: (payload) => this.hear(payload),
      lose: (error) => this.lose(connection, error),
    });
    try {
      await connection.open();
      await connection.proveThatItHears(this.dataSource);
      for (const listener of this.listeners) listener.anythingMayHaveChanged();
      this.connection = connection;
      while (this.connection === connection && !this.stopping.signal.aborted) {
        await this.beat(connection);
        this.sayThatItIsBack();
        await this.rest(BEAT_EVERY_MS);
      }
      return true;
    } catch (error) {
      const was = this.connection === connection;
      this.lose(connection, error);
      return was;
    } finally {
      this.connection = undefined;
      this.sentAt = -Infinity;
      connection.close();
    }
  }

  private hear(payload: string): void {
    if (payload === 'everything') for (const listener of this.listeners) listener.anythingMayHaveChanged();
    else for (const listener of this.listeners) listener.changed(payload);
  }

  private async beat(connection: ListeningConnection): Promise<void> {
    const sentAt = performance.now();
    await connection.roundTrip();
    if (this.connection === connection) this.sentAt = Math.max(this.sentAt, sentAt);
  }

  private lose(lost: ListeningConnection, error: unknown): void {
    // An earlier one may say so late.
    if (this.connection !== undefined && this.connection !== lost) return;
    this.connection = undefined;
    this.sentAt = -Infinity;
    if (this.lost || this.stopping.signal.aborted) return;
    this.lost = true;
    this.logger.warn(`Changes are not heard of, so everything is read from the database: ${String(error)}`);
  }

  private sayThatItIsBack(): void {
    if (this.lost) this.logger.log('Changes are heard of again.');
    this.lost = false;
  }

  private async rest(ms: number): Promise<void> {
    await sleep(ms, undefined, { ref: false, signal: this.stopping.signal }).catch(() => undefined);
  }
}
