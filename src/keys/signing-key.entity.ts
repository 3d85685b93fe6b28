import type { JWK } from 'jose';
import { Column, CreateDateColumn, Entity, Index, PrimaryColumn } from 'typeorm';
import type { SigningAlg } from './signing-alg';

/** In the order of the key set: who takes its first key for the one that signs is right. */
export const SIGNING_KEY_STATES = ['active', 'next', 'retiring'] as const;

/** A key is published before it signs, and kept until the last token that it signed has expired. */
export type SigningKeyState = (typeof SIGNING_KEY_STATES)[number];

@Entity('signing_keys')
@Index('signing_keys_alg_state_key', ['alg', 'state'], { unique: true, where: `state <> 'retiring'` })
export class SigningKeyEntity {
  /** Thumbprint of the public key (RFC 7638). */
  @PrimaryColumn('text', { primaryKeyConstraintName: 'signing_keys_pkey' })
  kid!: string;

  @Column('text')
  alg!: SigningAlg;

  @Column('text')
  state!: SigningKeyState;

  @Column('jsonb', { name: 'public_jwk' })
  publicJwk!: JWK;

  /** The name of the custody that has the private key: see KeyCustody. */
  @Column('text', { default: 'database' })
  custody!: string;

  /** By what the custody finds the private key; of our own custody that is the private JWK, encrypted. */
  @Column('text', { name: 'sealed_private_jwk' })
  reference!: string;

  @CreateDateColumn({ type: 'timestamptz', name: 'created_at' })
  createdAt!: Date;

  /** Since when it signs, or when it began to. */
  @Column('timestamptz', { name: 'active_since', nullable: true })
  activeSince!: Date | null;

  /** When the last token that it signed expires, as far as that has been written. */
  @Column('timestamptz', { name: 'needed_until', nullable: true })
  neededUntil!: Date | null;

  /** When the last token that it signed has expired: then nobody needs it. Only of a retiring key. */
  @Column('timestamptz', { name: 'retire_at', nullable: true })
  retireAt!: Date | null;
}
