import type { JWK } from 'jose';
import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';
import type { SigningAlg } from './signing-alg';

/** A key is published before it signs, and kept until the last token that it signed has expired. */
export type SigningKeyState = 'next' | 'active' | 'retiring';

@Entity('signing_keys')
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

  /** The private JWK, encrypted: see KeyEncryption. */
  @Column('text', { name: 'sealed_private_jwk' })
  sealedPrivateJwk!: string;

  @CreateDateColumn({ type: 'timestamptz', name: 'created_at' })
  createdAt!: Date;
}
