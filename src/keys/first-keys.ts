import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { AuditLog } from '../audit/audit-log';
import { UnitOfWork } from '../database/unit-of-work';
import { SIGNING_ALGS } from './signing-alg';
import { SigningKeyEntity } from './signing-key.entity';
import { type NewSigningKey, SigningKeyMaker } from './signing-key-maker';
import { SIGNING_KEYS_LOCK, SigningKeyStore } from './signing-key.store';

/** What each algorithm must have at any time. */
const NEEDED = SIGNING_ALGS.flatMap((alg) => (['active', 'next'] as const).map((state) => ({ alg, state })));

/** Makes the keys that an empty database lacks, or that of an older version. */
@Injectable()
export class FirstKeys {
  constructor(
    private readonly work: UnitOfWork,
    private readonly store: SigningKeyStore,
    private readonly maker: SigningKeyMaker,
    private readonly audit: AuditLog,
  ) {}

  /** Once over all replicas, however many start together. */
  async createMissing(): Promise<void> {
    const missing = missingIn(await this.store.all());
    if (missing.length === 0) return;
    const made = await this.maker.make(missing.map(({ alg }) => alg));
    await this.work.runAlone(SIGNING_KEYS_LOCK, async (transaction) => {
      const now = await this.store.time(transaction);
      const keys = missingIn(await this.store.all(transaction)).flatMap(({ alg, state }) => {
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
  }
}

function missingIn(rows: readonly SigningKeyEntity[]) {
  return NEEDED.filter(({ alg, state }) => !rows.some((row) => row.alg === alg && row.state === state));
}

function takeOf(made: NewSigningKey[], alg: NewSigningKey['alg']): NewSigningKey | undefined {
  const index = made.findIndex((key) => key.alg === alg);
  return index < 0 ? undefined : made.splice(index, 1)[0];
}
