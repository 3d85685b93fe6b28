import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A permission on resources; `*` among them stands for all. */
export interface ResourcePermission {
  readonly permissionId: string;
  readonly resources: readonly string[];
}

export interface ServiceRoleDefinition {
  readonly name: string;
  readonly permissions: readonly ResourcePermission[];
}

/** A service whose roles people and clients can have. */
@Entity('service_definitions')
export class ServiceDefinitionEntity {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'service_definitions_pkey' })
  id!: string;

  @Column('text')
  name!: string;

  @Column('jsonb')
  roles!: ServiceRoleDefinition[];
}
