import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';

@Entity('refresh_tokens')
export class RefreshTokenEntity {
  /** Keyed SHA-256 of the token. */
  @PrimaryColumn('text', { primaryKeyConstraintName: 'refresh_tokens_pkey' })
  hash!: string;

  /** The table is partitioned by it, like that of the families, without a foreign key. */
  @PrimaryColumn('uuid', { name: 'family_id', primaryKeyConstraintName: 'refresh_tokens_pkey' })
  familyId!: string;

  /** When it was first redeemed, if it rotates. */
  @Column('timestamptz', { name: 'consumed_at', nullable: true })
  consumedAt!: Date | null;

  @CreateDateColumn({ type: 'timestamptz', name: 'created_at' })
  createdAt!: Date;
}
