import { createHmac, timingSafeEqual } from 'node:crypto';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ServiceSecrets } from './service-secrets';

/**
 * Keyed SHA-256 for credentials that a machine made (client secrets, refresh tokens): 256 random bits need no slow
 * password hash, and without the key, which the database holds only encrypted, a stolen table is of no use.
 */
@Injectable()
export class CredentialHasher implements OnModuleInit {
  private key: Buffer | undefined;

  constructor(private readonly secrets: ServiceSecrets) {}

  async onModuleInit(): Promise<void> {
    await this.prepare();
  }

  /** For those who need hashes while modules are still being initialised. */
  async prepare(): Promise<void> {
    this.key ??= await this.secrets.get('credential hash');
  }

  /** 43 characters of base64url. */
  hash(credential: string): string {
    if (this.key === undefined) throw new Error('CredentialHasher is used before it is initialised.');
    return createHmac('sha256', this.key).update(credential).digest('base64url');
  }

  /** Compares two hashes in constant time. */
  equal(one: string, other: string): boolean {
    const [a, b] = [Buffer.from(one), Buffer.from(other)];
    return a.length === b.length && timingSafeEqual(a, b);
  }
}
