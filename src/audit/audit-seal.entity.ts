import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A link of the chain over the audit events: those after the last event of the seal before it, up to its own. */
@Entity('audit_seals')
export class AuditSealEntity {
  /** 1, 2, 3 and so on, with no gap. As the primary key it also keeps the chain from forking. */
  @PrimaryColumn('bigint', { primaryKeyConstraintName: 'audit_seals_pkey' })
  id!: string;

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

  @Column('timestamptz', { name: 'sealed_at' })
  sealedAt!: Date;
}
