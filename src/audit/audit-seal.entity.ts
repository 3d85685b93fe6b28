import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A link of the chain over the audit events: those after the last event of the seal before it, up to its own. */
@Entity('audit_seals')
export class AuditSealEntity {
  /** 1, 2, 3 and so on, with no gap. */
  @PrimaryColumn('bigint', { primaryKeyConstraintName: 'audit_seals_pkey' })
  id!: string;

  @Index('audit_seals_last_event_idx')
  @Column('bigint', { name: 'last_event' })
  lastEvent!: string;

  /** How many it covers: ids that were rolled back are none. */
  @Column('int')
  events!: number;

  /** The hash of the seal before; zeros in the first one. */
  @Column('bytea')
  prev!: Buffer;

  @Column('bytea')
  hash!: Buffer;

  /** The table is partitioned by it. */
  @PrimaryColumn('timestamptz', { name: 'sealed_at', primaryKeyConstraintName: 'audit_seals_pkey' })
  sealedAt!: Date;
}
