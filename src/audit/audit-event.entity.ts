import { Column, Entity, Generated, Index, PrimaryColumn, PrimaryGeneratedColumn } from 'typeorm';

/** One decision or change. Rows are only ever added; only the names of a person who is erased are replaced in them. */
@Entity('audit_events')
@Index('audit_events_actor_idx', ['actor', 'id'], { where: 'actor IS NOT NULL' })
@Index('audit_events_request_id_at_idx', ['requestId', 'at'])
@Index('audit_events_client_id_at_idx', ['clientId', 'at'])
@Index('audit_events_subject_at_idx', ['subject', 'at'])
@Index('audit_events_org_id_at_idx', ['orgId', 'at'])
export class AuditEventEntity {
  /** From a sequence: PostgreSQL before 17 knows no identity columns of partitioned tables. */
  @PrimaryGeneratedColumn('increment', { type: 'bigint', primaryKeyConstraintName: 'audit_events_pkey' })
  id!: string;

  /** The table is partitioned by it. */
  @Index('audit_events_at_idx')
  @PrimaryColumn('timestamptz', { primaryKeyConstraintName: 'audit_events_pkey' })
  at!: Date;

  @Column('text', { name: 'request_id' })
  requestId!: string;

  /** What was done or tried, such as `token.issue`. */
  @Column('text')
  action!: string;

  @Column('text')
  outcome!: 'allowed' | 'refused';

  /** The catalogue's code of a refusal. */
  @Column('text', { nullable: true })
  error!: string | null;

  /** The full reason: what the caller was not told. */
  @Column('text', { nullable: true })
  reason!: string | null;

  @Column('text', { nullable: true })
  dialect!: string | null;

  @Column('text', { name: 'grant_type', nullable: true })
  grantType!: string | null;

  /** The authenticated client, or the one that a failed authentication claimed to be. */
  @Column('text', { name: 'client_id', nullable: true })
  clientId!: string | null;

  @Column('text', { nullable: true })
  subject!: string | null;

  @Column('text', { nullable: true })
  actor!: string | null;

  @Column('text', { name: 'org_id', nullable: true })
  orgId!: string | null;

  @Column('text', { nullable: true })
  jti!: string | null;

  @Column('text', { nullable: true })
  family!: string | null;

  @Column('text', { nullable: true })
  address!: string | null;

  /** Makes digests of the personal columns worthless to who guesses names; gone once a person in them is erased. */
  @Generated('uuid')
  @Column('uuid', { nullable: true, select: false })
  salt!: string | null;

  /** Of the personal columns as they were before a person in them was erased: see event-digests.ts. */
  @Column('bytea', { name: 'personal_digest', nullable: true, select: false })
  personalDigest!: Buffer | null;
}
