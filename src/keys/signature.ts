import {
  constants,
  type KeyObject,
  sign as signNow,
  type SigningOptions,
  type SignKeyObjectInput,
  verify,
} from 'node:crypto';
import { promisify } from 'node:util';
import type { SignBytes } from './key-custody';
import type { SigningAlg } from './signing-alg';

/** With a callback, node signs in libuv's thread pool. */
const signInPool = promisify<string | null, Buffer, SignKeyObjectInput, Buffer>(signNow);

interface Scheme {
  /** Ed25519 has its own. */
  readonly digest: 'sha256' | null;
  readonly options: SigningOptions;
  /** An RSA signature takes ten times as long as the others: it alone leaves the main thread. */
  readonly inPool: boolean;
}

const SCHEMES: Readonly<Record<SigningAlg, Scheme>> = {
  RS256: { digest: 'sha256', options: {}, inPool: true },
  PS256: {
    digest: 'sha256',
    options: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST },
    inPool: true,
  },
  // JWS wants the two numbers bare, not in DER (RFC 7518 section 3.4).
  ES256: { digest: 'sha256', options: { dsaEncoding: 'ieee-p1363' }, inPool: false },
  EdDSA: { digest: null, options: {}, inPool: false },
};

/** Signs in this process. */
export function signsWith(alg: SigningAlg, privateKey: KeyObject): SignBytes {
  const { digest, options, inPool } = SCHEMES[alg];
  const key = { key: privateKey, ...options };
  return inPool ? (input) => signInPool(digest, input, key) : (input) => signNow(digest, input, key);
}

/** @throws {Error} when the key is of another kind than the algorithm */
export function isSignature(alg: SigningAlg, publicKey: KeyObject, input: Buffer, signature: Buffer): boolean {
  const { digest, options } = SCHEMES[alg];
  return verify(digest, input, { key: publicKey, ...options }, signature);
}
