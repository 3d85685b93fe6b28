import { type KeyObject, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type DynamicModule, Module } from '@nestjs/common';
import { createPrivateKey } from 'node:crypto';
import { type CustodyKey, KeyCustody, type SignBytes } from '../../src/keys/key-custody';
import { generateSigningKey } from '../../src/keys/key-pair';
import { signsWith } from '../../src/keys/signature';
import { SIGNING_ALGS, type SigningAlg } from '../../src/keys/signing-alg';

/** How a signature fails. */
export type Fault = 'throws' | 'throws at once' | 'hangs' | 'is empty' | 'is of another key';

/** Keeps private keys as a KMS does: outside of the database, for all replicas, and some milliseconds away. */
export class RemoteCustody extends KeyCustody {
  readonly name = 'remote';
  readonly privateKeys = new Map<string, KeyObject>();
  fault: Fault | undefined;
  failsToMake = false;

  constructor(readonly algs: readonly SigningAlg[] = SIGNING_ALGS) {
    super();
  }

  async make(alg: SigningAlg): Promise<CustodyKey> {
    if (this.failsToMake) throw new Error('no more keys');
    const { publicJwk, privateJwk } = await generateSigningKey(alg);
    const reference = `remote:${randomUUID()}`;
    this.privateKeys.set(reference, createPrivateKey({ key: privateJwk, format: 'jwk' }));
    return { publicJwk, reference };
  }

  async open(alg: SigningAlg, reference: string): Promise<SignBytes> {
    const key = this.privateKeys.get(reference);
    if (key === undefined) throw new Error('there is no such key');
    await sleep(1);
    return (input) => this.sign(signsWith(alg, key), input);
  }

  override async destroy(reference: string): Promise<void> {
    await sleep(1);
    this.privateKeys.delete(reference);
  }

  private sign(sign: SignBytes, input: Buffer): Promise<Buffer> {
    if (this.fault === 'throws at once') throw new Error('the line is dead');
    return this.answer(sign, input);
  }

  private async answer(sign: SignBytes, input: Buffer): Promise<Buffer> {
    await sleep(5 + Math.random() * 10);
    switch (this.fault) {
      case undefined:
        return sign(input);
      case 'hangs':
        return new Promise(() => undefined);
      case 'is empty':
        return Buffer.alloc(0);
      case 'is of another key':
        return sign(Buffer.concat([input, Buffer.from('x')]));
      default:
        throw new Error('the line is dead');
    }
  }
}

@Module({})
class CustodyModule {}

/** An extension such as a team would write. */
export function custodyModule(custody: KeyCustody): DynamicModule {
  return { module: CustodyModule, providers: [{ provide: KeyCustody, useValue: custody }] };
}
