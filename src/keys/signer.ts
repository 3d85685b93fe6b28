import { Injectable } from '@nestjs/common';
import { KeyRing } from './key-ring';
import { SigningKeyUsage } from './signing-key-usage';
import type { SigningAlg } from './signing-alg';

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
   * @throws {GatehouseError} `unauthorized_client` when there is no key for the algorithm
   * @throws {CustodyError} when whoever has the key does not sign
   */
  async sign(alg: SigningAlg, typ: string, claims: object): Promise<string> {
    const key = await this.keys.signingKey(alg);
    if ('exp' in claims && typeof claims.exp === 'number') this.usage.record(key.kid, claims.exp);
    const header = base64url({ alg, typ, kid: key.kid });
    const input = `${header}.${base64url(claims)}`;
    const signature = await key.sign(Buffer.from(input));
    return `${input}.${signature.toString('base64url')}`;
  }
}

function base64url(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
