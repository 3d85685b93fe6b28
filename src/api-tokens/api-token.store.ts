import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { CredentialHasher } from '../keys/credential-hasher';
import { ApiTokenEntity } from './api-token.entity';

/** A use is written when the last one written is older: scripts may ask often. */
const USE_WRITTEN_EVERY = '1 minute';

@Injectable()
export class ApiTokenStore {
  constructor(
    @InjectRepository(ApiTokenEntity) private readonly tokens: Repository<ApiTokenEntity>,
    private readonly hasher: CredentialHasher,
  ) {}

  /** The token, unless it is unknown, expired or deactivated. */
  async findActive(token: string): Promise<ApiTokenEntity | undefined> {
    const found = await this.tokens.findOneBy({ hash: this.hasher.hash(token) });
    if (found === null || found.deactivatedAt !== null) return undefined;
    return found.expiresAt !== null && found.expiresAt <= new Date() ? undefined : found;
  }

  async recordUse(id: string): Promise<void> {
    await this.tokens.query(
      `UPDATE api_tokens SET last_used_at = now()
       WHERE id = $1 AND (last_used_at IS NULL OR last_used_at < now() - interval '${USE_WRITTEN_EVERY}')`,
      [id],
    );
  }
}
