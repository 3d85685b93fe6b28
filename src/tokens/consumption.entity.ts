import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** That something which may be used once has been used. */
@Entity('consumptions')
export class ConsumptionEntity {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'consumptions_pkey' })
  kind!: string;

  @PrimaryColumn('text', { primaryKeyConstraintName: 'consumptions_pkey' })
  id!: string;

  /** The row may be deleted after it. */
  @Index('consumptions_until_idx')
  @Column('timestamptz')
  until!: Date;
}
