import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { AuditLog } from '../audit/audit-log';
import { UnitOfWork } from '../database/unit-of-work';
import type { Rotator } from './key-changes';
import { KeyEncryption } from './key-encryption';
import { SIGNING_KEYS_LOCK } from './signing-key.store';

export interface Resealing {
  readonly resealed: number;
  /** Were sealed under the present key already. */
  readonly unchanged: number;
}

interface SealedRow {
  readonly id: string;
  readonly sealed: string;
}

/** Everything that KeyEncryption has sealed: a few dozen rows. */
const SEALED = [
  {
    read: `SELECT kid AS id, sealed_private_jwk AS sealed FROM signing_keys WHERE custody = 'database'`,
    write: `UPDATE signing_keys SET sealed_private_jwk = anew.sealed
      FROM unnest($1::text[], $2::text[]) AS anew (id, sealed) WHERE kid = anew.id`,
  },
  {
    read: 'SELECT name AS id, sealed FROM service_secrets',
    write: `UPDATE service_secrets SET sealed = anew.sealed
      FROM unnest($1::text[], $2::text[]) AS anew (id, sealed) WHERE name = anew.id`,
  },
] as const;

/** Seals under the present KEY_ENCRYPTION_KEY what was sealed under another one. */
@Injectable()
export class KeyResealing {
  constructor(
    private readonly dataSource: DataSource,
    private readonly work: UnitOfWork,
    private readonly encryption: KeyEncryption,
    private readonly audit: AuditLog,
  ) {}

  /**
   * So that a process which lacks a key is noticed at its start, not when it needs the one thing that it cannot open.
   * @throws {OperatorError}
   */
  async requireAllOpen(): Promise<void> {
    for (const { read } of SEALED) {
      const rows = await this.dataSource.query<SealedRow[]>(read);
      await Promise.all(rows.map(({ sealed }) => this.encryption.open(sealed)));
    }
  }

  /**
   * All or nothing. The processes that run notice nothing: they hold what they have opened, and can open both.
   * @throws {OperatorError} when something is sealed under a key that this process does not have
   */
  reseal(by: Rotator): Promise<Resealing> {
    return this.work.runAlone(SIGNING_KEYS_LOCK, async (transaction) => {
      let [resealed, unchanged] = [0, 0];
      for (const { read, write } of SEALED) {
        const rows = await transaction.query<SealedRow[]>(`${read} FOR UPDATE`);
        const stale = rows.filter(({ sealed }) => !this.encryption.isSealedByPresent(sealed));
        await this.resealRows(transaction, write, stale);
        resealed += stale.length;
        unchanged += rows.length - stale.length;
      }
      if (resealed > 0) await this.record(transaction, resealed, by);
      return { resealed, unchanged };
    });
  }

  private async resealRows(transaction: EntityManager, write: string, rows: readonly SealedRow[]): Promise<void> {
    const anew = await Promise.all(
      rows.map(async ({ sealed }) => this.encryption.seal(await this.encryption.open(sealed))),
    );
    await transaction.query(write, [rows.map(({ id }) => id), anew]);
  }

  private record(transaction: EntityManager, resealed: number, by: Rotator): Promise<void> {
    return this.audit.appendIn(transaction, {
      ...by,
      at: new Date(),
      action: 'key.reseal',
      outcome: 'allowed',
      reason: `${resealed} keys and secrets are sealed under ${this.encryption.presentKid} now`,
    });
  }
}
