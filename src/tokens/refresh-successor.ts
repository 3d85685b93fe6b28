import { createHmac } from 'node:crypto';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ServiceSecrets } from '../keys/service-secrets';
import { refreshTokenOf } from './refresh-token';

/**
 * Derives the successor of a refresh token from the token itself, so that every replica gives a repeat the same one
 * without keeping it in the clear. Who knows only the database, or only an old token, cannot.
 */
@Injectable()
export class RefreshSuccessor implements OnModuleInit {
  private key: Buffer | undefined;

  constructor(private readonly secrets: ServiceSecrets) {}

  async onModuleInit(): Promise<void> {
    this.key = await this.secrets.get('refresh successor');
  }

  of(refreshToken: string, loginId: string): string {
    if (this.key === undefined) throw new Error('RefreshSuccessor is used before it is initialised.');
    return refreshTokenOf(loginId, createHmac('sha256', this.key).update(refreshToken).digest());
  }
}
