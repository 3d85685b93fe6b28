import { Logger } from '@nestjs/common';

const WRITE_INTERVAL_MS = 10_000;

interface Writer<Fact> {
  /** Of what the facts are, for the log. */
  readonly of: string;
  readonly write: (facts: ReadonlyMap<string, Fact>) => Promise<unknown>;
}

/**
 * Facts that may reach the database some seconds late, the latest one of each thing: written together, they cost the
 * requests nothing. What could not be written is kept for the next time.
 */
export class WrittenLater<Fact> {
  private readonly logger = new Logger(WrittenLater.name);
  private unwritten = new Map<string, Fact>();
  private writing = Promise.resolve();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly writer: Writer<Fact>) {}

  begin(): void {
    this.timer = setInterval(() => void this.write(), WRITE_INTERVAL_MS).unref();
  }

  async end(): Promise<void> {
    clearInterval(this.timer);
    await this.write();
  }

  record(id: string, fact: Fact): void {
    this.unwritten.set(id, fact);
  }

  /** Resolves when all that was recorded before is written, or could not be. */
  write(): Promise<void> {
    return (this.writing = this.writing.then(() => this.writeNow()));
  }

  private async writeNow(): Promise<void> {
    if (this.unwritten.size === 0) return;
    const facts = this.unwritten;
    this.unwritten = new Map();
    try {
      await this.writer.write(facts);
    } catch (error) {
      this.unwritten = new Map([...facts, ...this.unwritten]);
      this.logger.warn(`The last use of ${facts.size} ${this.writer.of} was not written: ${String(error)}`);
    }
  }
}
