import { createPrivateKey } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { JWK } from 'jose';
import { KeyCustody, type CustodyKey, type SignBytes } from './key-custody';
import { KeyEncryption } from './key-encryption';
import { generateSigningKey } from './key-pair';
import { signsWith } from './signature';
import { SIGNING_ALGS, type SigningAlg } from './signing-alg';

/** Our own: the private JWK is in the row of the key, sealed, and signs in this process. */
@Injectable()
export class SealedKeyCustody extends KeyCustody {
  readonly name = 'database';
  readonly algs = SIGNING_ALGS;

  constructor(private readonly encryption: KeyEncryption) {
    super();
  }

  async make(alg: SigningAlg): Promise<CustodyKey> {
    const { publicJwk, privateJwk } = await generateSigningKey(alg);
    return { publicJwk, reference: await this.encryption.seal(JSON.stringify(privateJwk)) };
  }

  async open(alg: SigningAlg, reference: string): Promise<SignBytes> {
    const key = JSON.parse(await this.encryption.open(reference)) as JWK;
    return signsWith(alg, createPrivateKey({ key, format: 'jwk' }));
  }
}
