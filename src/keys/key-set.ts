import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import type { JWK } from 'jose';
import type { SignBytes } from './key-custody';
import { SIGNING_ALGS, type SigningAlg } from './signing-alg';
import { SIGNING_KEY_STATES, type SigningKeyEntity, type SigningKeyState } from './signing-key.entity';

export interface SigningKey {
  readonly kid: string;
  readonly alg: SigningAlg;
  readonly sign: SignBytes;
}

interface PublishedKey {
  readonly kid: string;
  readonly alg: SigningAlg;
  readonly state: SigningKeyState;
  readonly publicJwk: JWK;
  readonly publicKey: KeyObject;
}

/** A JWK Set (RFC 7517 section 5) as it is sent. */
export interface JwksDocument {
  readonly body: string;
  /** With its quotes. */
  readonly etag: string;
}

/** The keys as they were at one moment. Never changed, only replaced. */
export class KeySet {
  private readonly published: ReadonlyMap<string, PublishedKey>;
  private readonly signing: ReadonlyMap<SigningAlg, SigningKey>;
  readonly jwks: JwksDocument;

  constructor(rows: readonly SigningKeyEntity[], signing: readonly SigningKey[]) {
    const sorted = [...rows].sort((one, other) => rank(one) - rank(other) || (one.kid < other.kid ? -1 : 1));
    this.published = new Map(sorted.map((row) => [row.kid, publish(row)]));
    this.signing = new Map(signing.map((key) => [key.alg, key]));
    const body = JSON.stringify({ keys: sorted.map(({ publicJwk }) => publicJwk) });
    this.jwks = { body, etag: `"${createHash('sha256').update(body).digest('base64url')}"` };
  }

  isOf(states: readonly Pick<SigningKeyEntity, 'kid' | 'state'>[]): boolean {
    return (
      states.length === this.published.size &&
      states.every(({ kid, state }) => this.published.get(kid)?.state === state)
    );
  }

  publicKey(kid: string): KeyObject | undefined {
    return this.published.get(kid)?.publicKey;
  }

  activePublicKey(alg: SigningAlg): KeyObject | undefined {
    return [...this.published.values()].find((key) => key.state === 'active' && key.alg === alg)?.publicKey;
  }

  hasSigningKey(alg: SigningAlg): boolean {
    return this.signing.has(alg);
  }

  signingKey(alg: SigningAlg): SigningKey {
    const key = this.signing.get(alg);
    if (key === undefined) throw new Error(`There is no active ${alg} key.`);
    return key;
  }

  /** The one that signs, if it is the one with this id. */
  signingKeyOf(kid: string): SigningKey | undefined {
    return [...this.signing.values()].find((key) => key.kid === kid);
  }
}

function publish({ kid, alg, state, publicJwk }: SigningKeyEntity): PublishedKey {
  return { kid, alg, state, publicJwk, publicKey: createPublicKey({ key: publicJwk, format: 'jwk' }) };
}

function rank({ state, alg }: SigningKeyEntity): number {
  return SIGNING_KEY_STATES.indexOf(state) * SIGNING_ALGS.length + SIGNING_ALGS.indexOf(alg);
}
