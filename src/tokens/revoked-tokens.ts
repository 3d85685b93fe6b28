import { Injectable } from '@nestjs/common';
import type { PresentedToken } from '@gatehouse/grant-sdk';
import { InjectRepository } from '@nestjs/typeorm';
import { type EntityManager, Repository } from 'typeorm';
import { RevokedTokenEntity } from './revoked-token.entity';

/** Access tokens that were revoked before they expire. */
@Injectable()
export class RevokedTokens {
  constructor(@InjectRepository(RevokedTokenEntity) private readonly tokens: Repository<RevokedTokenEntity>) {}

  has(jti: string): Promise<boolean> {
    return this.tokens.existsBy({ jti });
  }

  /** False: it was revoked before. Of parallel ones exactly one is told true. */
  async add(
    transaction: EntityManager,
    { jti, expiresAt }: Pick<PresentedToken, 'jti' | 'expiresAt'>,
  ): Promise<boolean> {
    const rows = await transaction.query<unknown[]>(
      'INSERT INTO revoked_tokens (jti, until) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING 1',
      [jti, expiresAt],
    );
    return rows.length > 0;
  }
}
