import { Column, CreateDateColumn, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { FamilyEntity } from './family.entity';

@Entity('refresh_tokens')
export class RefreshTokenEntity {
  /** Keyed SHA-256 of the token. */
  @PrimaryColumn('text', { primaryKeyConstraintName: 'refresh_tokens_pkey' })
  hash!: string;

  @Index('refresh_tokens_family_id_idx')
  @ForeignKey(() => FamilyEntity, 'id', { name: 'refresh_tokens_family_id_fkey', onDelete: 'CASCADE' })
  @Column('uuid', { name: 'family_id' })
  familyId!: string;

  /** When it was first redeemed, if it rotates. */
  @Column('timestamptz', { name: 'consumed_at', nullable: true })
  consumedAt!: Date | null;

  @CreateDateColumn({ type: 'timestamptz', name: 'created_at' })
  createdAt!: Date;
}
