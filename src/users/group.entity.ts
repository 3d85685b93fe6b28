import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { OrgEntity } from '../orgs/org.entity';
import { UserEntity } from './user.entity';

@Entity('groups')
export class GroupEntity {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'groups_pkey' })
  id!: string;

  @Column('text')
  name!: string;

  @ForeignKey(() => OrgEntity, 'id', { name: 'groups_org_id_fkey' })
  @Column('text', { name: 'org_id' })
  orgId!: string;
}

@Entity('group_members')
export class GroupMemberEntity {
  @ForeignKey(() => GroupEntity, 'id', { name: 'group_members_group_id_fkey', onDelete: 'CASCADE' })
  @PrimaryColumn('text', { name: 'group_id', primaryKeyConstraintName: 'group_members_pkey' })
  groupId!: string;

  @Index('group_members_user_id_idx')
  @ForeignKey(() => UserEntity, 'id', { name: 'group_members_user_id_fkey', onDelete: 'CASCADE' })
  @PrimaryColumn('text', { name: 'user_id', primaryKeyConstraintName: 'group_members_pkey' })
  userId!: string;
}
