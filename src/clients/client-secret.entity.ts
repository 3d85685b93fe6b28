import { Column, CreateDateColumn, Entity, ForeignKey, Index, PrimaryGeneratedColumn } from 'typeorm';
import { ClientEntity } from './client.entity';

@Entity('client_secrets')
export class ClientSecretEntity {
  @PrimaryGeneratedColumn('uuid', { primaryKeyConstraintName: 'client_secrets_pkey' })
  id!: string;

  @Index('client_secrets_client_id_idx')
  @ForeignKey(() => ClientEntity, 'id', { name: 'client_secrets_client_id_fkey', onDelete: 'CASCADE' })
  @Column('text', { name: 'client_id' })
  clientId!: string;

  /** Keyed SHA-256 of the secret. */
  @Column('text')
  hash!: string;

  @Column('timestamptz', { name: 'expires_at', nullable: true })
  expiresAt!: Date | null;

  @Column('timestamptz', { name: 'last_used_at', nullable: true })
  lastUsedAt!: Date | null;

  @CreateDateColumn({ type: 'timestamptz', name: 'created_at' })
  createdAt!: Date;
}
