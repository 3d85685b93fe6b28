import { deepFreeze } from '../config/deep-freeze';
import type { ChangeListener, Changes, Topic } from './changes';

interface Rules<V> {
  /** How many values are kept; those that were not asked for the longest go first. */
  readonly entries: number;
  readonly keyOf: (value: V) => string;
  /** A change of any of these makes the value another. */
  readonly restsOn: (value: V) => readonly Topic[];
}

/**
 * Keeps what was read from the database until it changes. It never holds what was read while a change arrived, since
 * that may be the old row, nor that something is not there. Values are frozen. While the process does not hear of
 * changes, everything is read.
 */
export class ChangeCache<V extends object> implements ChangeListener {
  /** Those that were not asked for the longest come first. */
  private readonly kept = new Map<string, V>();
  private readonly keysByTopic = new Map<string, Set<string>>();
  private readonly reading = new Map<string, Promise<V | undefined>>();
  /** Of which changes what was read since knows. */
  private epoch = 0;

  constructor(
    private readonly changes: Pick<Changes, 'hears' | 'subscribe'>,
    private readonly rules: Rules<V>,
  ) {
    changes.subscribe(this);
  }

  /** What is known without reading. */
  recall(key: string): V | undefined {
    const value = this.believes() ? this.kept.get(key) : undefined;
    if (value === undefined) return undefined;
    this.kept.delete(key);
    this.kept.set(key, value);
    return value;
  }

  /** What is known, else what `read` finds; those who ask for the same at the same time share one reading. */
  async get(key: string, read: () => Promise<V | undefined>): Promise<V | undefined> {
    const known = this.recall(key);
    if (known !== undefined || !this.believes()) return known ?? read();
    const shared = this.reading.get(key);
    if (shared !== undefined) return shared;
    const reading = this.readNow(read).finally(() => {
      if (this.reading.get(key) === reading) this.reading.delete(key);
    });
    this.reading.set(key, reading);
    return reading;
  }

  /** The same for several: one reading for all that are not known. In no particular order. */
  async getAll(keys: readonly string[], read: (keys: readonly string[]) => Promise<readonly V[]>): Promise<V[]> {
    const sought = [...new Set(keys)].map((key) => ({ key, value: this.recall(key) }));
    const known = sought.flatMap(({ value }) => value ?? []);
    const unknown = sought.flatMap(({ key, value }) => (value === undefined ? [key] : []));
    if (unknown.length === 0) return known;
    const since = this.now();
    return [...known, ...(await read(unknown)).map((value) => this.keep(value, since))];
  }

  /** What `read` finds now, whatever is known. */
  async readNow(read: () => Promise<V | undefined>): Promise<V | undefined> {
    const since = this.now();
    const value = await read();
    return value && this.keep(value, since);
  }

  changed(topic: string): void {
    this.epoch++;
    this.reading.clear();
    for (const key of this.keysByTopic.get(topic) ?? []) this.forget(key);
  }

  anythingMayHaveChanged(): void {
    this.epoch++;
    this.reading.clear();
    this.kept.clear();
    this.keysByTopic.clear();
  }

  private believes(): boolean {
    return this.rules.entries > 0 && this.changes.hears();
  }

  private now(): number | undefined {
    return this.believes() ? this.epoch : undefined;
  }

  private keep(value: V, since: number | undefined): V {
    deepFreeze(value);
    if (since !== this.epoch) return value;
    const key = this.rules.keyOf(value);
    this.forget(key);
    this.kept.set(key, value);
    for (const topic of this.rules.restsOn(value)) {
      const keys = this.keysByTopic.get(topic);
      if (keys === undefined) this.keysByTopic.set(topic, new Set([key]));
      else keys.add(key);
    }
    const [oldest] = this.kept.keys();
    if (this.kept.size > this.rules.entries && oldest !== undefined) this.forget(oldest);
    return value;
  }

  private forget(key: string): void {
    const value = this.kept.get(key);
    if (value === undefined) return;
    this.kept.delete(key);
    for (const topic of this.rules.restsOn(value)) {
      const keys = this.keysByTopic.get(topic);
      keys?.delete(key);
      if (keys?.size === 0) this.keysByTopic.delete(topic);
    }
  }
}
