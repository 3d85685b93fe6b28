import { Injectable, Logger } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { OperatorError } from '../errors/operator-error';
import { GuardedCustody } from './guarded-custody';
import { KeyCustody, type SignBytes } from './key-custody';
import { publishedJwk } from './published-jwk';
import { SealedKeyCustody } from './sealed-key-custody';
import type { SigningAlg } from './signing-alg';
import type { SigningKeyEntity } from './signing-key.entity';

/** A key pair that nobody knows of yet. */
export type NewSigningKey = Pick<SigningKeyEntity, 'kid' | 'alg' | 'publicJwk' | 'custody' | 'reference'>;

type KeptKey = NewSigningKey;

/**
 * The custody that an extension provides, and our own. Without an extension ours makes the keys; with one, ours only
 * signs with those that it made before, until they have been rotated.
 */
@Injectable()
export class Custodies {
  private readonly logger = new Logger(Custodies.name);
  private extension: KeyCustody | undefined;
  private searched = false;

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly sealed: SealedKeyCustody,
  ) {}

  /** What tokens can be signed with. */
  get algs(): readonly SigningAlg[] {
    return this.maker().algs;
  }

  /** @throws {OperatorError} when no key can be made for it */
  requireAlg(alg: SigningAlg): void {
    const { name, algs } = this.maker();
    if (!algs.includes(alg)) throw new OperatorError(`The key custody ${name} makes no ${alg} keys.`);
  }

  /** @throws {OperatorError} */
  async make(alg: SigningAlg): Promise<NewSigningKey> {
    this.requireAlg(alg);
    const foreign = this.foreign();
    const { publicJwk, reference } = await (foreign ? new GuardedCustody(foreign) : this.sealed).make(alg);
    const published = await publishedJwk(alg, publicJwk);
    return { kid: published.kid, alg, publicJwk: published, custody: this.maker().name, reference };
  }

  /** @throws {OperatorError} when the private half cannot be used */
  async open({ kid, alg, publicJwk, custody, reference }: KeptKey): Promise<SignBytes> {
    if (custody === this.sealed.name) return this.sealed.open(alg, reference);
    const foreign = this.foreign();
    if (custody === foreign?.name) return new GuardedCustody(foreign).open(alg, reference, publicJwk);
    throw new OperatorError(
      `The ${alg} key ${kid} is in the key custody ${custody}, which no extension provides: see docs/signing-keys.md.`,
    );
  }

  /** What fails stays where it is, with a warning. */
  async destroy(keys: readonly KeptKey[]): Promise<void> {
    const foreign = this.foreign();
    const theirs = keys.filter(({ custody }) => custody !== this.sealed.name);
    await Promise.all(
      theirs.map(async ({ kid, custody, reference }) => {
        try {
          if (custody !== foreign?.name) throw new Error('no extension provides it');
          await new GuardedCustody(foreign).destroy(reference);
        } catch (error) {
          this.logger.warn(`The private half of ${kid} is left in the key custody ${custody}: ${String(error)}`);
        }
      }),
    );
  }

  private maker(): KeyCustody {
    return this.foreign() ?? this.sealed;
  }

  private foreign(): KeyCustody | undefined {
    if (!this.searched) this.extension = this.search();
    this.searched = true;
    return this.extension;
  }

  /** When modules initialise, every provider has been constructed. */
  private search(): KeyCustody | undefined {
    const wrappers = this.discovery.getProviders().filter(({ token }) => token === KeyCustody);
    if (!wrappers.every((wrapper) => wrapper.isDependencyTreeStatic())) {
      throw new OperatorError('A KeyCustody is made once: it cannot be request-scoped.');
    }
    const [found, ...others] = new Set(wrappers.map(({ instance }): unknown => instance));
    if (found === undefined) return undefined;
    if (others.length > 0) throw new OperatorError('Two extensions provide a KeyCustody: there can be one.');
    if (!(found instanceof KeyCustody)) throw new OperatorError('What is provided as KeyCustody does not extend it.');
    if (!/^[a-z][a-z0-9-]*$/.test(found.name) || found.name === this.sealed.name) {
      throw new OperatorError('The name of a KeyCustody has small letters, digits and dashes, and is not "database".');
    }
    if (!found.algs.includes('RS256')) throw new OperatorError(`The key custody ${found.name} has no RS256.`);
    return found;
  }
}
