import { type BeforeApplicationShutdown, Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { ClientSecretEntity } from './client-secret.entity';

const WRITE_INTERVAL_MS = 10_000;

/**
 * Remembers when each secret was last used, so that an administrator sees which may go. Written together every few
 * seconds: a write for each token request would cost more than the fact is worth.
 */
@Injectable()
export class ClientSecretUsage implements OnModuleInit, BeforeApplicationShutdown {
  private readonly logger = new Logger(ClientSecretUsage.name);
  private lastUse = new Map<string, Date>();
  private timer: NodeJS.Timeout | undefined;

  constructor(@InjectRepository(ClientSecretEntity) private readonly secrets: Repository<ClientSecretEntity>) {}

  onModuleInit(): void {
    this.timer = setInterval(() => void this.write(), WRITE_INTERVAL_MS).unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.write();
  }

  record(secretId: string): void {
    this.lastUse.set(secretId, new Date());
  }

  /** So that what is read now knows of all uses at this replica; others are a few seconds behind. */
  async write(): Promise<void> {
    if (this.lastUse.size === 0) return;
    const uses = this.lastUse;
    this.lastUse = new Map();
    try {
      await this.secrets.query(
        `UPDATE client_secrets SET last_used_at = GREATEST(last_used_at, use.at)
         FROM unnest($1::uuid[], $2::timestamptz[]) AS use (id, at) WHERE client_secrets.id = use.id`,
        [[...uses.keys()], [...uses.values()]],
      );
    } catch (error) {
      this.logger.warn(`The last use of ${uses.size} client secrets was not written: ${String(error)}`);
    }
  }
}
