import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { AuditLog } from '../audit/audit-log';
import { UnitOfWork } from '../database/unit-of-work';
import { Custodies, type NewSigningKey } from './custodies';
import type { SigningAlg } from './signing-alg';
import { SigningKeyEntity } from './signing-key.entity';
import { SigningKeyMaker } from './signing-key-maker';
import { SIGNING_KEYS_LOCK, SigningKeyStore } from './signing-key.store';

/** What each algorithm must have at any time. */
const NEEDED = ['active', 'next'] as const;

/** Makes the keys that an empty database lacks, or that of an older version. */
@Injectable()
export class FirstKeys {
  constructor(
    private readonly work: UnitOfWork,
    private readonly store: SigningKeyStore,
    private readonly maker: SigningKeyMaker,
    private readonly custodies: Custodies,
    private readonly audit: AuditLog,
  ) {}

  /** Once over all replicas, however many start together. */
  async createMissing(): Promise<void> {
    const missing = this.missingIn(await this.store.all());
    if (missing.length === 0) return;
    const made = await this.maker.make(missing.map(({ alg }) => alg));
    await this.work.runAlone(SIGNING_KEYS_LOCK, async (transaction) => {
      const now = await this.store.time(transaction);
      const keys = this.missingIn(await this.store.all(transaction)).flatMap(({ alg, state }) => {
        const key = takeOf(made, alg);
        return key === undefined
          ? []
          : [{ ...key, state, createdAt: now, activeSince: state === 'active' ? now : null }];
      });
      await transaction.insert(SigningKeyEntity, keys);
      for (const { kid, alg, state } of keys) {
        await this.audit.appendIn(transaction, {
          at: new Date(),
          requestId: randomUUID(),
          action: 'key.create',
          outcome: 'allowed',
          reason: `${alg} key ${kid}, ${state}: there was none`,
        });
      }
    });
    // Another replica was first.
    await this.custodies.destroy(made);
  }

  private missingIn(rows: readonly SigningKeyEntity[]) {
    const has = (alg: SigningAlg, state: string) => rows.some((row) => row.alg === alg && row.state === state);
    return this.custodies.algs.flatMap((alg) =>
      NEEDED.filter((state) => !has(alg, state)).map((state) => ({ alg, state })),
    );
  }
}

function takeOf(made: NewSigningKey[], alg: NewSigningKey['alg']): NewSigningKey | undefined {
  const index = made.findIndex((key) => key.alg === alg);
  return index < 0 ? undefined : made.splice(index, 1)[0];
}
