import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../database/unit-of-work';
import { KeyEncryption } from './key-encryption';
import { ServiceSecretEntity } from './service-secret.entity';

/** Random 256-bit secrets of the service: made once, kept encrypted in the database, the same on every replica. */
@Injectable()
export class ServiceSecrets {
  constructor(
    private readonly work: UnitOfWork,
    private readonly encryption: KeyEncryption,
  ) {}

  get(name: string): Promise<Buffer> {
    return this.work.runAlone(`service secret ${name}`, async (transaction) => {
      const kept = await transaction.findOneBy(ServiceSecretEntity, { name });
      if (kept) return Buffer.from(await this.encryption.open(kept.sealed), 'base64url');
      const secret = randomBytes(32);
      await transaction.insert(ServiceSecretEntity, {
        name,
        sealed: await this.encryption.seal(secret.toString('base64url')),
      });
      return secret;
    });
  }
}
