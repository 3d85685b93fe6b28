import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Configuration } from '../config/configuration';
import { GatehouseError } from '../errors/gatehouse-error';
import { OperatorError } from '../errors/operator-error';
import { Custodies, type NewSigningKey } from './custodies';
import { ExclusiveKeyChange } from './exclusive-key-change';
import { KeyChanges, type Rotator } from './key-changes';
import type { SigningAlg } from './signing-alg';
import type { SigningKeyEntity } from './signing-key.entity';
import { SigningKeyMaker } from './signing-key-maker';
import { SigningKeyStore } from './signing-key.store';

export interface Rotation {
  readonly alg: SigningAlg;
  /** The key that signs now. */
  readonly active: string;
  /** The one that it takes the place of, and until when that is published; undefined: it is gone. */
  readonly retiring: { readonly kid: string; readonly until: Date } | undefined;
  /** The one that is published from now on. */
  readonly next: string;
}

interface Wanted {
  /** Absent: all. */
  readonly alg?: SigningAlg | undefined;
  readonly force?: boolean | undefined;
}

/**
 * Lets the next key sign: next → active → retiring → gone. No verification fails meanwhile, on any replica:
 *
 * - By a token of the new key: for KEY_PUBLISH_SECONDS it has been in the key set of every replica, longer than a
 *   caller may keep one without it (half of that, at most 300 seconds) and a replica may know of none (KEYS_REFRESH_SECONDS).
 * - By a token of the old key: it stays in the key set for as long as any token lives, and a minute more. The minute is
 *   for the other replicas, which sign with the old key until they look again: see KeyRing.
 */
@Injectable()
export class KeyRotation {
  constructor(
    private readonly store: SigningKeyStore,
    private readonly maker: SigningKeyMaker,
    private readonly changes: KeyChanges,
    private readonly custodies: Custodies,
    private readonly exclusive: ExclusiveKeyChange,
    private readonly configuration: Configuration,
  ) {}

  /** Every key that there is: those whose time is over until someone deletes them. */
  list(): Promise<SigningKeyEntity[]> {
    return this.store.all();
  }

  /**
   * With `force`, for a key that others know: whether or not the next key has been published for long enough, and all
   * earlier keys of the algorithm are gone at once. What breaks: every token that they signed, everywhere; new tokens,
   * at callers that keep a key set without the new key, for up to five minutes; and while the other replicas have not
   * looked again (KEYS_REFRESH_SECONDS), the tokens that they still sign with the key that is gone.
   * @returns what was rotated, after the commit; all algorithms that were asked for, or none
   * @throws {GatehouseError} `conflict` when the next key is too new, or when somebody else rotated at the same time
   */
  async rotate(by: Rotator, { alg, force = false }: Wanted = {}): Promise<Rotation[]> {
    const algs = alg === undefined ? this.custodies.algs : [alg];
    for (const one of algs) this.custodies.requireAlg(one);
    const before = await this.store.all();
    if (!force) this.requireReady(algs, before, await this.store.time());
    const made = await this.maker.make(algs);
    try {
      return await this.exclusive.run(async (transaction, rows) => {
        requireSame(algs, before, rows);
        const rotated: Rotation[] = [];
        for (const key of made) rotated.push(await this.rotateOne(transaction, rows, key, force, by));
        await this.changes.withdraw(transaction, rows, by);
        await this.changes.deleteExpired(transaction, by);
        return rotated;
      });
    } catch (error) {
      // Ours, so surely not committed. After any other failure rather a key too many in the custody.
      if (error instanceof GatehouseError || error instanceof OperatorError) await this.custodies.destroy(made);
      throw error;
    }
  }

  /**
   * Rotates what has signed for KEY_ROTATION_DAYS, and deletes the keys whose time is over.
   * @throws {GatehouseError} `conflict` when another replica does so at the same time
   */
  async rotateDue(by: Rotator): Promise<void> {
    const [rows, now] = await Promise.all([this.store.all(), this.store.time()]);
    for (const alg of this.custodies.algs.filter((one) => this.isDue(one, rows, now))) await this.rotate(by, { alg });
    if (!rows.some(({ retireAt }) => retireAt !== null && retireAt <= now)) return;
    await this.exclusive.run((transaction) => this.changes.deleteExpired(transaction, by));
  }

  private async rotateOne(
    transaction: EntityManager,
    rows: readonly SigningKeyEntity[],
    made: NewSigningKey,
    force: boolean,
    by: Rotator,
  ): Promise<Rotation> {
    const { alg } = made;
    const old = keyOf(rows, alg, 'active');
    const next = keyOf(rows, alg, 'next');
    const earlier = rows.filter((row) => row.alg === alg && row.state !== 'next');
    const until = force ? undefined : await this.changes.retire(transaction, old);
    if (force) await this.changes.delete(transaction, earlier, 'others know it', by);
    await this.changes.activate(transaction, next, old, until, by);
    await this.changes.publishNext(transaction, made, by);
    return { alg, active: next.kid, retiring: until && { kid: old.kid, until }, next: made.kid };
  }

  private isDue(alg: SigningAlg, rows: readonly SigningKeyEntity[], now: Date): boolean {
    const { rotationDays } = this.configuration.keys;
    const { activeSince } = keyOf(rows, alg, 'active');
    const old = activeSince === null || now.getTime() - activeSince.getTime() >= rotationDays * 86_400_000;
    return rotationDays > 0 && old && this.readyAt(keyOf(rows, alg, 'next')) <= now;
  }

  private requireReady(algs: readonly SigningAlg[], rows: readonly SigningKeyEntity[], now: Date): void {
    for (const alg of algs) {
      const readyAt = this.readyAt(keyOf(rows, alg, 'next'));
      if (readyAt <= now) continue;
      throw new GatehouseError(
        'conflict',
        `The next ${alg} key is not known to every caller yet: it can sign from ${readyAt.toISOString()} on.`,
        { retryAfterSeconds: Math.ceil((readyAt.getTime() - now.getTime()) / 1_000) },
      );
    }
  }

  private readyAt({ createdAt }: SigningKeyEntity): Date {
    return new Date(createdAt.getTime() + this.configuration.keys.publishSeconds * 1_000);
  }
}

function keyOf(rows: readonly SigningKeyEntity[], alg: SigningAlg, state: 'active' | 'next'): SigningKeyEntity {
  const key = rows.find((row) => row.alg === alg && row.state === state);
  if (key === undefined) throw new OperatorError(`There is no ${state} ${alg} key: a restart makes one.`);
  return key;
}

/** @throws {GatehouseError} `conflict` when what signed before no longer does */
function requireSame(
  algs: readonly SigningAlg[],
  before: readonly SigningKeyEntity[],
  rows: readonly SigningKeyEntity[],
): void {
  for (const alg of algs) {
    if (keyOf(before, alg, 'active').kid === keyOf(rows, alg, 'active').kid) continue;
    throw new GatehouseError('conflict', `Somebody else has rotated ${alg} just now.`);
  }
}
