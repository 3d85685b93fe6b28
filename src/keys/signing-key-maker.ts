import { Injectable } from '@nestjs/common';
import { Custodies, type NewSigningKey } from './custodies';
import type { SigningAlg } from './signing-alg';

@Injectable()
export class SigningKeyMaker {
  constructor(private readonly custodies: Custodies) {}

  /**
   * Never within a transaction: to find the primes of an RSA key may take a second, and others wait at the lock.
   * @throws {OperatorError} when one cannot be made; then none is left
   */
  async make(algs: readonly SigningAlg[]): Promise<NewSigningKey[]> {
    const results = await Promise.allSettled(algs.map((alg) => this.custodies.make(alg)));
    const made = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    const failed = results.find(({ status }) => status === 'rejected');
    if (failed?.status !== 'rejected') return made;
    await this.custodies.destroy(made);
    throw failed.reason;
  }
}
