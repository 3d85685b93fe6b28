import { createPublicKey, randomBytes } from 'node:crypto';
import type { JWK } from 'jose';
import { CustodyError } from '../errors/custody-error';
import type { CustodyKey, KeyCustody, SignBytes } from './key-custody';
import { publishedJwk } from './published-jwk';
import { isSignature } from './signature';
import type { SigningAlg } from './signing-alg';

/** A caller waits for it. */
const SIGNS_WITHIN_MS = 2_000;

/** To make an RSA key in hardware takes its time. */
const MAKES_WITHIN_MS = 30_000;

/**
 * What a custody of another team does, within a time, and only what proves to be right: a signature that does not
 * verify never leaves. That costs little beside a call over the network.
 */
export class GuardedCustody {
  constructor(private readonly custody: KeyCustody) {}

  /** A key that has signed something. @throws {CustodyError} */
  async make(alg: SigningAlg): Promise<CustodyKey> {
    const made = await this.ask(MAKES_WITHIN_MS, `made no ${alg} key`, () => this.custody.make(alg));
    try {
      const publicJwk = await this.ask(SIGNS_WITHIN_MS, `made no ${alg} key`, () => publishedJwk(alg, made.publicJwk));
      const sign = await this.open(alg, made.reference, publicJwk);
      await sign(randomBytes(32));
      return made;
    } catch (error) {
      await this.destroy(made.reference).catch(() => undefined);
      throw error;
    }
  }

  /** @throws {CustodyError}, as the signer does */
  async open(alg: SigningAlg, reference: string, publicJwk: JWK): Promise<SignBytes> {
    const publicKey = createPublicKey({ key: publicJwk, format: 'jwk' });
    const sign = await this.ask(SIGNS_WITHIN_MS, `opened no ${alg} key`, () => this.custody.open(alg, reference));
    return (input) =>
      this.ask(SIGNS_WITHIN_MS, `did not sign with ${alg}`, async () => {
        // What is no Buffer, but a Uint8Array as of most clients of a KMS, would be written as a list of numbers.
        const signature = Buffer.from(await sign(input));
        if (!isSignature(alg, publicKey, input, signature)) throw new Error('its signature does not verify');
        return signature;
      });
  }

  /** @throws {CustodyError} */
  destroy(reference: string): Promise<void> {
    return this.ask(SIGNS_WITHIN_MS, 'destroyed no key', () => this.custody.destroy(reference));
  }

  private async ask<T>(ms: number, failure: string, work: () => Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms);
    });
    try {
      return await Promise.race([work(), late]);
    } catch (error) {
      const why = error instanceof Error ? error.message : 'for no reason given';
      throw new CustodyError(`The key custody ${this.custody.name} ${failure}: ${why}`, { cause: error });
    } finally {
      clearTimeout(timer);
    }
  }
}
