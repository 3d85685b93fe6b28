import { randomUUID } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { DataSource } from 'typeorm';
import type { DatabaseLocation } from './data-source.options';

/** The migration's triggers name it, too. */
const CHANNEL = 'gatehouse_changes';

const CONNECT_TIMEOUT_MS = 2_000;
const ANSWER_TIMEOUT_MS = 1_000;
const PROOF_WITHIN_MS = 2_000;

/** What a process says to itself by way of the database, to know whether it hears. */
const GREETING = 'hello:';

interface Ears {
  /** @param payload of a notification of a change */
  readonly hear: (payload: string) => void;
  readonly lose: (error: Error) => void;
}

/**
 * A connection that listens for notifications. Not of the pool: those belong to a session, and the pool lends its
 * sessions to whoever asks.
 */
export class ListeningConnection {
  // Neither the connection nor the wait for it keeps a process whose start has failed.
  private readonly socket = new net.Socket().unref();
  private readonly client: pg.Client;
  private readonly greetings = new EventEmitter();
  private current = Promise.resolve();
  private next: Promise<void> | undefined;

  constructor(location: DatabaseLocation, { hear, lose }: Ears) {
    this.client = new pg.Client({
      ...('url' in location ? { connectionString: location.url } : location),
      application_name: 'gatehouse changes',
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      query_timeout: ANSWER_TIMEOUT_MS,
      keepAlive: true,
      stream: () => this.socket,
    });
    this.client.on('notification', ({ payload = '' }) => {
      if (payload.startsWith(GREETING)) this.greetings.emit(payload);
      else hear(payload);
    });
    this.client.on('error', lose);
  }

  async open(): Promise<void> {
    await this.client.connect();
    await this.client.query(`LISTEN ${CHANNEL}`);
  }

  /**
   * Behind a pooler in transaction mode LISTEN succeeds, every query is answered, and nothing is ever heard.
   * @param other whose connections are others, so that they may be heard here
   */
  async proveThatItHears(other: Pick<DataSource, 'query'>): Promise<void> {
    const greeting = `${GREETING}${randomUUID()}`;
    const heard = once(this.greetings, greeting);
    await other.query('SELECT pg_notify($1, $2)', [CHANNEL, greeting]);
    // Only from here on: to wait for a pool that is busy proves nothing.
    const silence = sleep(PROOF_WITHIN_MS, 'silence', { ref: false });
    if ((await Promise.race([heard, silence])) === 'silence')
      throw new Error('no notification arrives; is there a pooler in between that shares sessions?');
  }

  /**
   * When it resolves, everything has been heard that was committed before the call: PostgreSQL sends the notifications
   * that wait before it says that it is ready for another query.
   */
  roundTrip(): Promise<void> {
    // Those who call while one is under way share the next.
    this.next ??= this.current
      .catch(() => undefined)
      .then(() => {
        this.next = undefined;
        return (this.current = this.ask());
      });
    return this.next;
  }

  /** At once, also when nothing answers any more. */
  close(): void {
    void this.client.end();
    this.socket.destroySoon();
  }

  private async ask(): Promise<void> {
    await this.client.query('SELECT 1');
  }
}
