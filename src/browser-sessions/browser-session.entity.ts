import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { UserEntity } from '../users/user.entity';

/** That a user has logged in at our own pages with one browser. */
@Entity('browser_sessions')
export class BrowserSessionEntity {
  /** Stays when the same user logs in again; what the browser holds does not. */
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'browser_sessions_pkey' })
  id!: string;

  /** Keyed SHA-256 of what the browser's cookie holds. */
  @Index('browser_sessions_hash_idx')
  @Column('text')
  hash!: string;

  @Index('browser_sessions_user_id_idx')
  @ForeignKey(() => UserEntity, 'id', { name: 'browser_sessions_user_id_fkey', onDelete: 'CASCADE' })
  @Column('text', { name: 'user_id' })
  userId!: string;

  /** When the user last entered the password. */
  @Column('timestamptz', { name: 'auth_time' })
  authTime!: Date;

  @Column('timestamptz', { name: 'last_used_at' })
  lastUsedAt!: Date;

  /** Over then, however much it is used. The table is partitioned by it. */
  @PrimaryColumn('timestamptz', { name: 'expires_at', primaryKeyConstraintName: 'browser_sessions_pkey' })
  expiresAt!: Date;

  @Column('timestamptz', { name: 'ended_at', nullable: true })
  endedAt!: Date | null;
}
