import { constants, sign as signNow, type SignKeyObjectInput } from 'node:crypto';
import { promisify } from 'node:util';
import { Injectable } from '@nestjs/common';
import { KeyRing } from './key-ring';
import type { SigningKey } from './key-set';
import { SigningKeyUsage } from './signing-key-usage';
import type { SigningAlg } from './signing-alg';

/** With a callback, node signs in libuv's thread pool. */
const signInPool = promisify<string | null, Buffer, SignKeyObjectInput, Buffer>(signNow);

/** Makes JWS compact serialisations (RFC 7515 section 3.1) with the active key of an algorithm. */
@Injectable()
export class Signer {
  constructor(
    private readonly keys: KeyRing,
    private readonly usage: SigningKeyUsage,
  ) {}

  /**
   * @param typ what the header says the token is, such as `at+jwt` (RFC 9068 section 2.1)
   * @param claims the key is kept until their `exp`
   */
  async sign(alg: SigningAlg, typ: string, claims: object): Promise<string> {
    const key = await this.keys.signingKey(alg);
    if ('exp' in claims && typeof claims.exp === 'number') this.usage.record(key.kid, claims.exp);
    const header = base64url({ alg, typ, kid: key.kid });
    const input = `${header}.${base64url(claims)}`;
    const signature = await signatureOf(Buffer.from(input), key);
    return `${input}.${signature.toString('base64url')}`;
  }
}

function base64url(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

/** An RSA signature takes ten times as long as the others: it alone leaves the main thread. */
function signatureOf(input: Buffer, { alg, privateKey }: SigningKey): Buffer | Promise<Buffer> {
  switch (alg) {
    case 'RS256':
      return signInPool('sha256', input, { key: privateKey });
    case 'PS256':
      return signInPool('sha256', input, {
        key: privateKey,
        padding: constants.RSA_PKCS1_PSS_PADDING,
        saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
      });
    case 'ES256':
      // JWS wants the two numbers bare, not in DER (RFC 7518 section 3.4).
      return signNow('sha256', input, { key: privateKey, dsaEncoding: 'ieee-p1363' });
    case 'EdDSA':
      return signNow(null, input, { key: privateKey });
  }
}
