import { Column, CreateDateColumn, Entity, PrimaryColumn, UpdateDateColumn } from 'typeorm';

@Entity('orgs')
export class OrgEntity {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'orgs_pkey' })
  id!: string;

  /** Short, for claims such as `prn`. */
  @Column('text')
  name!: string;

  @Column('text', { name: 'display_name' })
  displayName!: string;

  /** URL of an image for the login pages: https, or data. */
  @Column('text', { nullable: true })
  logo!: string | null;

  @Column('timestamptz', { name: 'disabled_at', nullable: true })
  disabledAt!: Date | null;

  /** Access tokens of before are dead: what was disabled has none of its tokens back when it is enabled again. */
  @Column('timestamptz', { name: 'tokens_valid_from', nullable: true, default: () => 'now()' })
  tokensValidFrom!: Date | null;

  /** Since when its deletion is under way. */
  @Column('timestamptz', { name: 'deleting_since', nullable: true })
  deletingSince!: Date | null;

  @CreateDateColumn({ type: 'timestamptz', name: 'created_at' })
  createdAt!: Date;

  @UpdateDateColumn({ type: 'timestamptz', name: 'updated_at' })
  updatedAt!: Date;
}
