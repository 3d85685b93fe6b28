import { createPublicKey } from 'node:crypto';
import { calculateJwkThumbprint, type JWK } from 'jose';
import type { SigningAlg } from './signing-alg';

const SHORTEST_RSA_BITS = 2_048;

interface PublishedJwk extends JWK {
  /** Thumbprint (RFC 7638). */
  readonly kid: string;
}

/**
 * A public key as it stands in the key set, without whatever else `jwk` holds: a private half, for example.
 * @throws {Error} when it is no key for the algorithm (RFC 7518 section 3, RFC 8037 section 3.1)
 */
export async function publishedJwk(alg: SigningAlg, jwk: JWK): Promise<PublishedJwk> {
  const key = createPublicKey({ key: jwk, format: 'jwk' });
  const bare: JWK = key.export({ format: 'jwk' });
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
  if (!fits(alg, bare, bits)) throw new Error(`a public key came that is not one for ${alg}`);
  return { ...bare, kid: await calculateJwkThumbprint(bare), alg, use: 'sig' };
}

function fits(alg: SigningAlg, { kty, crv }: JWK, bits: number): boolean {
  switch (alg) {
    case 'RS256':
    case 'PS256':
      return kty === 'RSA' && bits >= SHORTEST_RSA_BITS;
    case 'ES256':
      return kty === 'EC' && crv === 'P-256';
    case 'EdDSA':
      return kty === 'OKP' && crv === 'Ed25519';
  }
}
