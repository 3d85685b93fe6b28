import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { OrgEntity } from '../orgs/org.entity';
import { UserEntity } from './user.entity';

/** A role of a service definition that a member has; `resources` narrow what its permissions reach. */
export interface ServiceRole {
  readonly serviceDefinitionId: string;
  readonly role: string;
  readonly resources?: readonly string[] | undefined;
}

@Entity('memberships')
export class MembershipEntity {
  @ForeignKey(() => UserEntity, 'id', { name: 'memberships_user_id_fkey', onDelete: 'CASCADE' })
  @PrimaryColumn('text', { name: 'user_id', primaryKeyConstraintName: 'memberships_pkey' })
  userId!: string;

  @Index('memberships_org_id_idx')
  @ForeignKey(() => OrgEntity, 'id', { name: 'memberships_org_id_fkey', onDelete: 'CASCADE' })
  @PrimaryColumn('text', { name: 'org_id', primaryKeyConstraintName: 'memberships_pkey' })
  orgId!: string;

  /** Such as `org_owner`. */
  @Column('text', { array: true })
  roles!: string[];

  @Column('jsonb', { name: 'service_roles' })
  serviceRoles!: ServiceRole[];

  /** Access tokens of before, for this org, are dead: they were revoked, or are from an earlier membership. */
  @Column('timestamptz', { name: 'tokens_valid_from', nullable: true, default: () => 'now()' })
  tokensValidFrom!: Date | null;
}
