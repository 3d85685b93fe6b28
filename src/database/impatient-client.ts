import pg from 'pg';

/**
 * A connection to PostgreSQL that ends when an answer is overdue (`query_timeout`). `pg` by itself goes on to wait for
 * it, with all later queries behind: a pool whose packets vanish, as after a failover, would never answer again.
 */
export class ImpatientClient extends pg.Client {
  constructor(config?: string | pg.ClientConfig) {
    super(config);
    // There is a moment between the pool and TypeORM in which neither listens, and such an event would end the process.
    this.on('error', () => undefined);
    // A method would need all overloads of the one that it calls.
    Object.assign(this, {
      query: (...query: Parameters<pg.Client['query']>): unknown => {
        const answer: unknown = super.query(...query);
        if (answer instanceof Promise) answer.catch((error: unknown) => this.endIfOverdue(error));
        return answer;
      },
    });
  }

  private endIfOverdue(error: unknown): void {
    if (error instanceof Error && error.message === 'Query read timeout') this.connection.stream.destroy();
  }
}
