import { type BeforeApplicationShutdown, Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { WrittenLater } from '../database/written-later';
import { ClientSecretEntity } from './client-secret.entity';

/** Remembers when each secret was last used, so that an administrator sees which may go. */
@Injectable()
export class ClientSecretUsage implements OnModuleInit, BeforeApplicationShutdown {
  private readonly later: WrittenLater<Date>;

  constructor(@InjectRepository(ClientSecretEntity) secrets: Repository<ClientSecretEntity>) {
    this.later = new WrittenLater({
      of: 'client secrets',
      write: (uses) =>
        secrets.query(
          `UPDATE client_secrets SET last_used_at = GREATEST(last_used_at, use.at)
           FROM unnest($1::uuid[], $2::timestamptz[]) AS use (id, at) WHERE client_secrets.id = use.id`,
          [[...uses.keys()], [...uses.values()]],
        ),
    });
  }

  onModuleInit(): void {
    this.later.begin();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.later.end();
  }

  record(secretId: string): void {
    this.later.record(secretId, new Date());
  }

  /** So that what is read now knows of all uses at this replica; others are a few seconds behind. */
  write(): Promise<void> {
    return this.later.write();
  }
}
