import { Injectable } from '@nestjs/common';
import type { PresentedToken } from '@gatehouse/grant-sdk';
import type { EntityManager } from 'typeorm';

/** Access tokens that were revoked before they expire: {@link TokenJudge} looks for them. */
@Injectable()
export class RevokedTokens {
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
