import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { type EntityManager, Repository } from 'typeorm';
import { SigningKeyEntity } from './signing-key.entity';

/** The advisory lock of whoever changes which keys there are. */
export const SIGNING_KEYS_LOCK = 'signing keys';

/** By the clock of the database: a key is gone for all replicas at the same moment. */
const NOT_GONE = 'key.retireAt IS NULL OR key.retireAt > now()';

@Injectable()
export class SigningKeyStore {
  constructor(@InjectRepository(SigningKeyEntity) private readonly keys: Repository<SigningKeyEntity>) {}

  /** Enough to see whether anything has changed. */
  states(): Promise<Pick<SigningKeyEntity, 'kid' | 'state'>[]> {
    return this.keys.createQueryBuilder('key').select(['key.kid', 'key.state']).where(NOT_GONE).getMany();
  }

  /** Those that count, private halves and all. */
  live(): Promise<SigningKeyEntity[]> {
    return this.keys.createQueryBuilder('key').where(NOT_GONE).getMany();
  }

  /** Also those whose time is over. */
  all(manager: EntityManager = this.keys.manager): Promise<SigningKeyEntity[]> {
    return manager.find(SigningKeyEntity, { order: { alg: 'ASC', createdAt: 'ASC', kid: 'ASC' } });
  }

  /** A time before the one that is known changes nothing; of a retiring key it moves the end. */
  async recordNeed(uses: readonly { readonly kid: string; readonly until: Date }[]): Promise<void> {
    await this.keys.query(
      `UPDATE signing_keys SET needed_until = GREATEST(needed_until, use.until),
         retire_at = CASE state WHEN 'retiring' THEN GREATEST(retire_at, use.until) END
       FROM unnest($1::text[], $2::timestamptz[]) AS use (kid, until)
       WHERE signing_keys.kid = use.kid AND (needed_until IS NULL OR needed_until < use.until)`,
      [uses.map(({ kid }) => kid), uses.map(({ until }) => until)],
    );
  }

  /** The time by the clock of the database, which all replicas share; unlike now() it goes on within a transaction. */
  async time(manager: EntityManager = this.keys.manager): Promise<Date> {
    const [row] = await manager.query<{ time: Date }[]>('SELECT clock_timestamp() AS time');
    if (row === undefined) throw new Error('PostgreSQL did not say what time it is.');
    return row.time;
  }
}
