import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { OrgEntity } from '../orgs/org.entity';

/** Where user names are unique, such as a directory. */
@Entity('domains')
export class DomainEntity {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'domains_pkey' })
  name!: string;

  @Column('text', { name: 'display_name' })
  displayName!: string;

  @ForeignKey(() => OrgEntity, 'id', { name: 'domains_org_id_fkey' })
  @Column('text', { name: 'org_id' })
  orgId!: string;
}
