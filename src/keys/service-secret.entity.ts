import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';

/** A random secret of the service itself, the same on every replica. */
@Entity('service_secrets')
export class ServiceSecretEntity {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'service_secrets_pkey' })
  name!: string;

  /** Encrypted: see KeyEncryption. */
  @Column('text')
  sealed!: string;

  @CreateDateColumn({ type: 'timestamptz', name: 'created_at' })
  createdAt!: Date;
}
