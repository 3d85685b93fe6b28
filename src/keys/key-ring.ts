import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { JWK } from 'jose';
import type { EntityManager } from 'typeorm';
import { UnitOfWork } from '../database/unit-of-work';
import { KeyEncryption } from './key-encryption';
import { generateSigningKey } from './key-pair';
import { SIGNING_ALGS, type SigningAlg } from './signing-alg';
import { SigningKeyEntity } from './signing-key.entity';

export interface SigningKey {
  readonly kid: string;
  readonly alg: SigningAlg;
  readonly privateKey: KeyObject;
}

interface Published {
  readonly jwk: JWK;
  readonly publicKey: KeyObject;
}

/** The keys of this service, held in memory. Makes what is missing at start: one key for each algorithm. */
@Injectable()
export class KeyRing implements OnModuleInit {
  private signing = new Map<SigningAlg, SigningKey>();
  private published = new Map<string, Published>();

  constructor(
    private readonly work: UnitOfWork,
    private readonly encryption: KeyEncryption,
  ) {}

  async onModuleInit(): Promise<void> {
    const rows = await this.work.runAlone('signing keys', async (transaction) => {
      await this.createMissing(transaction);
      return transaction.find(SigningKeyEntity, { order: { createdAt: 'ASC', kid: 'ASC' } });
    });
    const active = rows.filter(({ state }) => state === 'active');
    this.signing = new Map(await Promise.all(active.map(async (row) => [row.alg, await this.open(row)] as const)));
    this.published = new Map(
      rows.map(({ kid, publicJwk }) => [
        kid,
        { jwk: publicJwk, publicKey: createPublicKey({ key: publicJwk, format: 'jwk' }) },
      ]),
    );
  }

  /** The key that signs with `alg` just now. */
  signingKey(alg: SigningAlg): SigningKey {
    const key = this.signing.get(alg);
    if (key === undefined) throw new Error(`There is no active ${alg} key.`);
    return key;
  }

  /** The public half of {@link signingKey}. */
  signingPublicKey(alg: SigningAlg): KeyObject {
    return createPublicKey(this.signingKey(alg).privateKey);
  }

  /** Every public key that a token may still be verified with. */
  publicJwks(): readonly JWK[] {
    return [...this.published.values()].map(({ jwk }) => jwk);
  }

  publicKey(kid: string): KeyObject | undefined {
    return this.published.get(kid)?.publicKey;
  }

  private async createMissing(transaction: EntityManager): Promise<void> {
    const active = await transaction.findBy(SigningKeyEntity, { state: 'active' });
    const missing = SIGNING_ALGS.filter((alg) => !active.some((row) => row.alg === alg));
    const keys = await Promise.all(
      missing.map(async (alg) => {
        const { kid, publicJwk, privateJwk } = await generateSigningKey(alg);
        const sealedPrivateJwk = await this.encryption.seal(JSON.stringify(privateJwk));
        return { kid, alg, state: 'active' as const, publicJwk, sealedPrivateJwk };
      }),
    );
    await transaction.insert(SigningKeyEntity, keys);
  }

  private async open(row: SigningKeyEntity): Promise<SigningKey> {
    const jwk = JSON.parse(await this.encryption.open(row.sealedPrivateJwk)) as JWK;
    return { kid: row.kid, alg: row.alg, privateKey: createPrivateKey({ key: jwk, format: 'jwk' }) };
  }
}
