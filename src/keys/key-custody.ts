import type { JWK } from 'jose';
import type { SigningAlg } from './signing-alg';

/**
 * Signs what a JWS signs (RFC 7515 section 5.1), in the form of RFC 7518 section 3: for ES256 the two numbers bare, 64
 * bytes, not in DER. A result that is no promise spares the token a turn of the event loop.
 */
export type SignBytes = (input: Buffer) => Buffer | Promise<Buffer>;

export interface CustodyKey {
  readonly publicJwk: JWK;
  /** By what the custody finds the private half again. It stands in the database, in every backup of it. */
  readonly reference: string;
}

/**
 * Where private keys are, and who signs with them: our own keeps them sealed in the database, another may leave them in
 * a KMS or behind PKCS#11. A module provides one under this class as its token (docs/signing-keys.md). It must be ready
 * when it is constructed: its own `onModuleInit` is called too late.
 *
 * Errors go to the log, and to the operator: never a secret in them.
 */
export abstract class KeyCustody {
  /** Stands with every key: it never changes. Small letters, digits and dashes; not `database`. */
  abstract readonly name: string;

  /** What it can make keys for. RS256 must be among them. Other clients get no token. */
  abstract readonly algs: readonly SigningAlg[];

  /** Called at start and at rotations. The key is tried, and published some time before it signs. */
  abstract make(alg: SigningAlg): Promise<CustodyKey>;

  /** Called once for each key that signs, in every process, and once more when it is tried. */
  abstract open(alg: SigningAlg, reference: string): Promise<SignBytes>;

  /** The key is gone for ever, or was never used. A failure is logged, and not tried again. */
  async destroy(_reference: string): Promise<void> {
    // For those who keep nothing but the reference.
  }
}
