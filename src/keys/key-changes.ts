import { Injectable } from '@nestjs/common';
import { type EntityManager, In } from 'typeorm';
import type { AuditAction, AuditEvent } from '../audit/audit-event';
import { AuditLog } from '../audit/audit-log';
import { API_TOKEN_CLIENT } from '../clients/api-token-client';
import { ClientEntity } from '../clients/client.entity';
import { Configuration } from '../config/configuration';
import { Custodies, type NewSigningKey } from './custodies';
import { SigningKeyEntity } from './signing-key.entity';
import { SigningKeyStore } from './signing-key.store';

/** Who rotates, for the audit trail. */
export type Rotator = Pick<AuditEvent, 'requestId' | 'actor' | 'address'>;

/** For replicas that sign with a key until they look again, and for clocks that are not quite in step. */
const LONGER_SECONDS = 60;

/** The steps of a rotation, each with its event. Whoever takes them holds the lock. */
@Injectable()
export class KeyChanges {
  constructor(
    private readonly store: SigningKeyStore,
    private readonly custodies: Custodies,
    private readonly audit: AuditLog,
    private readonly configuration: Configuration,
  ) {}

  /** active → retiring. @returns until when the key is published */
  async retire(transaction: EntityManager, { kid, neededUntil }: SigningKeyEntity): Promise<Date> {
    const seconds = await this.longestUse(transaction);
    const now = await this.store.time(transaction);
    const lastUse = Math.max(now.getTime() + seconds * 1_000, neededUntil?.getTime() ?? 0);
    const retireAt = new Date(lastUse + LONGER_SECONDS * 1_000);
    await transaction.update(SigningKeyEntity, { kid }, { state: 'retiring', retireAt });
    return retireAt;
  }

  /** next → active. Fails rather than leave the replicas with a key that they cannot open. */
  async activate(
    transaction: EntityManager,
    next: SigningKeyEntity,
    old: SigningKeyEntity,
    until: Date | undefined,
    by: Rotator,
  ): Promise<void> {
    const { kid, alg } = next;
    await this.custodies.open(next);
    const activeSince = await this.store.time(transaction);
    await transaction.update(SigningKeyEntity, { kid }, { state: 'active', activeSince });
    const rest = until === undefined ? 'which is gone' : `which is published until ${until.toISOString()}`;
    await this.record(transaction, 'key.rotate', `${alg} key ${kid} signs instead of ${old.kid}, ${rest}`, by);
  }

  async publishNext(transaction: EntityManager, made: NewSigningKey, by: Rotator): Promise<void> {
    const createdAt = await this.store.time(transaction);
    await transaction.insert(SigningKeyEntity, { ...made, state: 'next', createdAt });
    await this.record(transaction, 'key.create', `${made.alg} key ${made.kid}, next`, by);
  }

  /** For algorithms that the custody does not have: active → retiring, next → gone. */
  async withdraw(transaction: EntityManager, rows: readonly SigningKeyEntity[], by: Rotator): Promise<void> {
    const withdrawn = rows.filter(({ alg }) => !this.custodies.algs.includes(alg));
    const next = withdrawn.filter(({ state }) => state === 'next');
    await this.delete(transaction, next, 'the key custody does not have its algorithm', by);
    for (const key of withdrawn.filter(({ state }) => state === 'active')) {
      const until = await this.retire(transaction, key);
      const reason = `no ${key.alg} key signs instead of ${key.kid}, which is published until ${until.toISOString()}`;
      await this.record(transaction, 'key.rotate', reason, by);
    }
  }

  /** retiring → gone. */
  async deleteExpired(transaction: EntityManager, by: Rotator): Promise<void> {
    const rows = await this.store.all(transaction);
    const now = await this.store.time(transaction);
    const expired = rows.filter(({ retireAt }) => retireAt !== null && retireAt <= now);
    await this.delete(transaction, expired, 'the last token that it signed has expired', by);
  }

  async delete(
    transaction: EntityManager,
    keys: readonly SigningKeyEntity[],
    reason: string,
    by: Rotator,
  ): Promise<void> {
    if (keys.length === 0) return;
    await transaction.delete(SigningKeyEntity, { kid: In(keys.map(({ kid }) => kid)) });
    for (const { kid, alg } of keys) {
      await this.record(transaction, 'key.delete', `${alg} key ${kid}: ${reason}`, by);
    }
  }

  /**
   * Seconds. An ID token may come back after it has expired, to say whom to log out: for as long as the session of a
   * browser lasts.
   */
  private async longestUse(transaction: EntityManager): Promise<number> {
    const longest = await transaction.maximum(ClientEntity, 'accessTokenTtl');
    const { longestSeconds } = this.configuration.browserSessions;
    return Math.max(longest ?? 0, API_TOKEN_CLIENT.accessTokenTtl, longestSeconds);
  }

  private record(transaction: EntityManager, action: AuditAction, reason: string, by: Rotator): Promise<void> {
    return this.audit.appendIn(transaction, { ...by, at: new Date(), action, outcome: 'allowed', reason });
  }
}
