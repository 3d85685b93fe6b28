import type { KeyObject } from 'node:crypto';
import { type BeforeApplicationShutdown, Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { Configuration } from '../config/configuration';
import { type ChangeListener, Changes } from '../database/changes';
import { SharedReading } from '../database/shared-reading';
import { GatehouseError } from '../errors/gatehouse-error';
import { Custodies } from './custodies';
import { FirstKeys } from './first-keys';
import { KeyResealing } from './key-resealing';
import { type JwksDocument, KeySet, type SigningKey } from './key-set';
import type { SigningAlg } from './signing-alg';
import type { SigningKeyEntity } from './signing-key.entity';
import { SigningKeyStore } from './signing-key.store';

/**
 * How long this process signs by what it knows. Less than the minute for which a retiring key is kept beyond its last
 * token: a process that was suspended, or that cannot read the keys, does not sign with one that is gone.
 */
const BELIEVED_MS = 30_000;

/** At most so often a token of a key that nobody knows makes this process look. */
const UNKNOWN_EVERY_MS = 1_000;

/**
 * The keys of the service, held in memory and read anew when they change, and every few seconds in any case. While this
 * process does not hear of changes, they are read before each use, but for what is published of them.
 */
@Injectable()
export class KeyRing implements ChangeListener, OnModuleInit, BeforeApplicationShutdown {
  private readonly logger = new Logger(KeyRing.name);
  private keys = new KeySet([], []);
  private readAt = { byDate: -Infinity, byClock: -Infinity };
  private readonly reading = new SharedReading(() => this.read());
  /** Of how many changes this process was told, and how many of them what it knows is not older than. */
  private told = 0;
  private known = 0;
  private soughtAt = -Infinity;
  /** Why an active key could not be opened when it was tried last. */
  private unopened: PromiseRejectedResult | undefined;
  private failing = false;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly store: SigningKeyStore,
    private readonly custodies: Custodies,
    private readonly resealing: KeyResealing,
    private readonly firstKeys: FirstKeys,
    private readonly configuration: Configuration,
    private readonly changes: Changes,
  ) {
    changes.subscribe(this);
  }

  async onModuleInit(): Promise<void> {
    // First of all: with the wrong KEY_ENCRYPTION_KEY this fails, and nothing is made.
    await this.resealing.requireAllOpen();
    await this.refresh();
    await this.firstKeys.createMissing();
    await this.refresh();
    this.requireOpened();
    this.timer = setInterval(() => void this.look(), this.configuration.keys.refreshSeconds * 1_000).unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.reading.ended();
  }

  /** Reads which keys there are now, and those that are new. What cannot be read changes nothing. */
  refresh(): Promise<void> {
    return this.reading.run();
  }

  /** Refreshes; a failure is only logged, the first of several. */
  async look(): Promise<void> {
    try {
      await this.refresh();
      this.requireOpened();
      this.failing = false;
    } catch (error) {
      if (!this.failing) this.logger.warn(`The signing keys cannot be read, the known ones stay: ${String(error)}`);
      this.failing = true;
    }
  }

  changed(topic: string): void {
    if (topic === 'keys') this.anythingMayHaveChanged();
  }

  anythingMayHaveChanged(): void {
    this.told++;
    void this.look();
  }

  /** What tokens can be signed with. */
  get algs(): readonly SigningAlg[] {
    return this.custodies.algs;
  }

  /**
   * The key that signs with `alg` just now.
   * @throws {GatehouseError} `unauthorized_client` when there is none for this algorithm
   * @throws why it cannot be opened just now
   */
  async signingKey(alg: SigningAlg): Promise<SigningKey> {
    if (!this.algs.includes(alg)) {
      throw new GatehouseError(
        'unauthorized_client',
        `The client is registered with signingAlg ${alg}, for which this service has no key.`,
      );
    }
    if (!this.isCurrent() || !this.keys.hasSigningKey(alg)) await this.refresh();
    if (!this.keys.hasSigningKey(alg)) this.requireOpened();
    return this.keys.signingKey(alg);
  }

  /** The public half of {@link signingKey}, as far as this process knows. */
  signingPublicKey(alg: SigningAlg): KeyObject {
    const key = this.keys.activePublicKey(alg);
    if (key === undefined) throw new Error(`No active ${alg} key is published.`);
    return key;
  }

  /** Every public key that a token may be verified with, now or soon. */
  jwks(): JwksDocument {
    return this.keys.jwks;
  }

  /** What a token of ours is verified with; undefined when there is no such key. */
  async publicKey(kid: string): Promise<KeyObject | undefined> {
    if (!this.isCurrent() || (this.keys.publicKey(kid) === undefined && this.maySeek())) await this.refresh();
    return this.keys.publicKey(kid);
  }

  private requireOpened(): void {
    if (this.unopened !== undefined) throw this.unopened.reason;
  }

  private isCurrent(): boolean {
    return this.changes.hears() && this.known === this.told && this.age() <= BELIEVED_MS;
  }

  /** A key may be so new that nobody has heard of it; but anyone can make up the id of one. */
  private maySeek(): boolean {
    const now = performance.now();
    if (now - this.soughtAt < UNKNOWN_EVERY_MS) return false;
    this.soughtAt = now;
    return true;
  }

  private async read(): Promise<void> {
    const { told } = this;
    const startedAt = { byDate: Date.now(), byClock: performance.now() };
    if (this.unopened !== undefined || !this.keys.isOf(await this.store.states())) {
      const rows = await this.store.live();
      const active = rows.filter(({ state, alg }) => state === 'active' && this.algs.includes(alg));
      const opened = await Promise.allSettled(active.map((row) => this.open(row)));
      // What a key has signed is verified although it cannot be opened just now.
      this.keys = new KeySet(
        rows,
        opened.flatMap((one) => (one.status === 'fulfilled' ? one.value : [])),
      );
      this.unopened = opened.find((one) => one.status === 'rejected');
    }
    this.readAt = startedAt;
    this.known = told;
  }

  /** Of what is known, in ms. The date can be set back, and the clock that nobody sets stands still with its machine. */
  private age(): number {
    return Math.max(Date.now() - this.readAt.byDate, performance.now() - this.readAt.byClock);
  }

  private async open(row: SigningKeyEntity): Promise<SigningKey> {
    const { kid, alg } = row;
    return this.keys.signingKeyOf(kid) ?? { kid, alg, sign: await this.custodies.open(row) };
  }
}
