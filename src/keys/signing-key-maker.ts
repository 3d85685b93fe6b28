import { Injectable } from '@nestjs/common';
import { KeyEncryption } from './key-encryption';
import { generateSigningKey } from './key-pair';
import type { SigningAlg } from './signing-alg';
import type { SigningKeyEntity } from './signing-key.entity';

/** A key pair that nobody knows of yet. */
export type NewSigningKey = Pick<SigningKeyEntity, 'kid' | 'alg' | 'publicJwk' | 'sealedPrivateJwk'>;

@Injectable()
export class SigningKeyMaker {
  constructor(private readonly encryption: KeyEncryption) {}

  /** Never within a transaction: to find the primes of an RSA key may take a second, and others wait at the lock. */
  make(algs: readonly SigningAlg[]): Promise<NewSigningKey[]> {
    return Promise.all(
      algs.map(async (alg) => {
        const { kid, publicJwk, privateJwk } = await generateSigningKey(alg);
        return { kid, alg, publicJwk, sealedPrivateJwk: await this.encryption.seal(JSON.stringify(privateJwk)) };
      }),
    );
  }
}
