import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { UnitOfWork } from '../database/unit-of-work';
import { Custodies } from './custodies';
import { KeyRing } from './key-ring';
import type { SigningKeyEntity } from './signing-key.entity';
import { SIGNING_KEYS_LOCK, SigningKeyStore } from './signing-key.store';

/** A change of which keys there are, one at a time over all replicas. */
@Injectable()
export class ExclusiveKeyChange {
  constructor(
    private readonly work: UnitOfWork,
    private readonly store: SigningKeyStore,
    private readonly ring: KeyRing,
    private readonly custodies: Custodies,
  ) {}

  /**
   * Resolves after the commit, when this process knows of it. Of the keys that are gone then, the private halves are
   * destroyed: not before, for a transaction that is undone brings back no key of a KMS.
   */
  async run<T>(change: (transaction: EntityManager, rows: readonly SigningKeyEntity[]) => Promise<T>): Promise<T> {
    const { result, gone } = await this.work.runAlone(SIGNING_KEYS_LOCK, async (transaction) => {
      const rows = await this.store.all(transaction);
      const result = await change(transaction, rows);
      const left = new Set((await this.store.all(transaction)).map(({ kid }) => kid));
      return { result, gone: rows.filter(({ kid }) => !left.has(kid)) };
    });
    await this.ring.look();
    await this.custodies.destroy(gone);
    return result;
  }
}
