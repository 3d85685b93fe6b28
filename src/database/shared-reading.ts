/**
 * A reading that those who ask for it at the same time share. Nobody is given what was begun before the question, for it
 * may be from before a change; but its failure, which says that the database is away.
 */
export class SharedReading {
  private current: Promise<void> | undefined;
  private next: Promise<void> | undefined;

  constructor(private readonly read: () => Promise<void>) {}

  run(): Promise<void> {
    if (this.next !== undefined) return this.next;
    if (this.current === undefined) return this.begin();
    return (this.next = this.after(this.current));
  }

  /** Resolves when none is under way, whatever came of it. */
  async ended(): Promise<void> {
    await Promise.allSettled([this.next ?? this.current]);
  }

  private async after(current: Promise<void>): Promise<void> {
    try {
      await current;
    } finally {
      this.next = undefined;
    }
    return this.begin();
  }

  private begin(): Promise<void> {
    return (this.current = this.read().finally(() => (this.current = undefined)));
  }
}
