import { generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';
import { calculateJwkThumbprint, type JWK } from 'jose';
import type { SigningAlg } from './signing-alg';

const generate = promisify(generateKeyPair);

export interface KeyPairJwks {
  readonly kid: string;
  readonly publicJwk: JWK;
  readonly privateJwk: JWK;
}

/** A new key pair as JWKs (RFC 7517), the public one ready for a JWKS. */
export async function generateSigningKey(alg: SigningAlg): Promise<KeyPairJwks> {
  const { publicKey, privateKey } = await newKeyPair(alg);
  const bare = publicKey.export({ format: 'jwk' }) as JWK;
  const kid = await calculateJwkThumbprint(bare);
  return {
    kid,
    publicJwk: { ...bare, kid, alg, use: 'sig' },
    privateJwk: privateKey.export({ format: 'jwk' }),
  };
}

function newKeyPair(alg: SigningAlg) {
  switch (alg) {
    case 'RS256':
    case 'PS256':
      return generate('rsa', { modulusLength: 2048 });
    case 'ES256':
      return generate('ec', { namedCurve: 'P-256' });
    case 'EdDSA':
      return generate('ed25519');
  }
}
