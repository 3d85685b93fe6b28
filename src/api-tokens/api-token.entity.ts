import { Column, CreateDateColumn, Entity, ForeignKey, Index, PrimaryGeneratedColumn } from 'typeorm';
import { OrgEntity } from '../orgs/org.entity';
import { UserEntity } from '../users/user.entity';

/** A long-lived credential that a user made for scripts. */
@Entity('api_tokens')
@Index('api_tokens_user_id_org_id_idx', ['userId', 'orgId'])
export class ApiTokenEntity {
  @PrimaryGeneratedColumn('uuid', { primaryKeyConstraintName: 'api_tokens_pkey' })
  id!: string;

  /** Keyed SHA-256 of the token. */
  @Index('api_tokens_hash_key', { unique: true })
  @Column('text')
  hash!: string;

  @ForeignKey(() => UserEntity, 'id', { name: 'api_tokens_user_id_fkey', onDelete: 'CASCADE' })
  @Column('text', { name: 'user_id' })
  userId!: string;

  @Index('api_tokens_org_id_idx')
  @ForeignKey(() => OrgEntity, 'id', { name: 'api_tokens_org_id_fkey' })
  @Column('text', { name: 'org_id' })
  orgId!: string;

  @Column('text')
  name!: string;

  /** The widest scope of its access tokens; null: all that the user may. */
  @Column('text', { array: true, nullable: true })
  scopes!: string[] | null;

  @Column('timestamptz', { name: 'expires_at', nullable: true })
  expiresAt!: Date | null;

  @Column('timestamptz', { name: 'last_used_at', nullable: true })
  lastUsedAt!: Date | null;

  @Column('timestamptz', { name: 'deactivated_at', nullable: true })
  deactivatedAt!: Date | null;

  @CreateDateColumn({ type: 'timestamptz', name: 'created_at' })
  createdAt!: Date;
}
