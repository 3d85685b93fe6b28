import type { Actor } from '@gatehouse/grant-sdk';
import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { ClientEntity } from '../clients/client.entity';
import { OrgEntity } from '../orgs/org.entity';
import { UserEntity } from '../users/user.entity';

/** One login of a user at a client, and all tokens that come from it. When it ends, they and its children end. */
@Entity('families')
@Index('families_living_idx', ['userId', 'clientId', 'id'], { where: 'ended_at IS NULL' })
@Index('families_acting_idx', ['id'], { where: 'actor IS NOT NULL' })
export class FamilyEntity {
  /** Made by `newLoginId`: it begins with the time until which the row may be needed, and the table is partitioned by it. */
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'families_pkey' })
  id!: string;

  /**
   * The family of the token that was exchanged for this one. No foreign key: partitions are dropped whole, and with one
   * PostgreSQL would compare all their rows with all others.
   */
  @Index('families_parent_id_idx')
  @Column('uuid', { name: 'parent_id', nullable: true })
  parentId!: string | null;

  @Index('families_client_id_idx')
  @ForeignKey(() => ClientEntity, 'id', { name: 'families_client_id_fkey', onDelete: 'CASCADE' })
  @Column('text', { name: 'client_id' })
  clientId!: string;

  @Index('families_user_id_idx')
  @ForeignKey(() => UserEntity, 'id', { name: 'families_user_id_fkey', onDelete: 'CASCADE' })
  @Column('text', { name: 'user_id' })
  userId!: string;

  @Index('families_org_id_idx')
  @ForeignKey(() => OrgEntity, 'id', { name: 'families_org_id_fkey' })
  @Column('text', { name: 'org_id' })
  orgId!: string;

  /** Granted at the login: what a refresh may never exceed. */
  @Column('text', { array: true })
  scopes!: string[];

  @Column('jsonb', { nullable: true })
  actor!: Actor | null;

  /** Where the user logged in at our own pages. Its row may be gone before this one. */
  @Index('families_browser_session_id_idx')
  @Column('uuid', { name: 'browser_session_id', nullable: true })
  browserSessionId!: string | null;

  @Column('timestamptz', { name: 'auth_time' })
  authTime!: Date;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'expires_at' })
  expiresAt!: Date;

  /** When its first tokens left, for logins that their grant wants to find again. Null: not yet, or of no matter. */
  @Column('timestamptz', { name: 'answered_at', nullable: true })
  answeredAt!: Date | null;

  /** When a refresh token of it was redeemed last, or it began: to the second. */
  @Column('timestamptz', { name: 'last_used_at' })
  lastUsedAt!: Date;

  @Column('timestamptz', { name: 'ended_at', nullable: true })
  endedAt!: Date | null;

  @Column('text', { name: 'end_reason', nullable: true })
  endReason!: string | null;
}
