import { randomBytes } from 'node:crypto';
import { newLoginId } from '@gatehouse/grant-sdk';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { type EntityManager, Repository } from 'typeorm';
import { CredentialHasher } from '../keys/credential-hasher';
import { AuthorizationCodeEntity } from './authorization-code.entity';

/** RFC 6749 section 4.1.2 recommends ten minutes at most; a client that answers its redirect needs seconds. */
const LIFETIME_MS = 60_000;

export type NewAuthorizationCode = Omit<AuthorizationCodeEntity, 'hash' | 'loginId' | 'expiresAt' | 'wrongVerifiers'>;

/** Authorization codes, from the redirect that carries them to their exchange. */
@Injectable()
export class AuthorizationCodes {
  constructor(
    @InjectRepository(AuthorizationCodeEntity) private readonly codes: Repository<AuthorizationCodeEntity>,
    private readonly hasher: CredentialHasher,
  ) {}

  /**
   * @param loginSeconds how long the login that it will begin may be of use
   * @returns the code, 43 characters of base64url, and the id of that login
   */
  async issue(
    transaction: EntityManager,
    code: NewAuthorizationCode,
    loginSeconds: number,
  ): Promise<{ readonly secret: string; readonly loginId: string }> {
    const expiresAt = new Date(Date.now() + LIFETIME_MS);
    const loginId = newLoginId(new Date(expiresAt.getTime() + loginSeconds * 1_000));
    const secret = randomBytes(32).toString('base64url');
    await transaction.insert(AuthorizationCodeEntity, {
      ...code,
      hash: this.hasher.hash(secret),
      loginId,
      expiresAt,
    });
    return { secret, loginId };
  }

  /** The code, whatever its state. */
  async find(code: string): Promise<AuthorizationCodeEntity | undefined> {
    return (await this.codes.findOneBy({ hash: this.hasher.hash(code) })) ?? undefined;
  }

  async countWrongVerifier({ hash }: AuthorizationCodeEntity): Promise<void> {
    await this.codes.increment({ hash }, 'wrongVerifiers', 1);
  }
}
