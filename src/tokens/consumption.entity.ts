import { Entity, PrimaryColumn } from 'typeorm';

/** That something which may be used once has been used. */
@Entity('consumptions')
export class ConsumptionEntity {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'consumptions_pkey' })
  kind!: string;

  @PrimaryColumn('text', { primaryKeyConstraintName: 'consumptions_pkey' })
  id!: string;

  /** The row may be dropped a day after it. The table is partitioned by it. */
  @PrimaryColumn('timestamptz', { primaryKeyConstraintName: 'consumptions_pkey' })
  until!: Date;
}
