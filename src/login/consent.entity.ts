import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { ClientEntity } from '../clients/client.entity';
import { OrgEntity } from '../orgs/org.entity';
import { UserEntity } from '../users/user.entity';

/** What a user has allowed a client to do in an org. */
@Entity('consents')
export class ConsentEntity {
  @ForeignKey(() => UserEntity, 'id', { name: 'consents_user_id_fkey', onDelete: 'CASCADE' })
  @PrimaryColumn('text', { name: 'user_id', primaryKeyConstraintName: 'consents_pkey' })
  userId!: string;

  @ForeignKey(() => ClientEntity, 'id', { name: 'consents_client_id_fkey', onDelete: 'CASCADE' })
  @PrimaryColumn('text', { name: 'client_id', primaryKeyConstraintName: 'consents_pkey' })
  clientId!: string;

  @ForeignKey(() => OrgEntity, 'id', { name: 'consents_org_id_fkey', onDelete: 'CASCADE' })
  @PrimaryColumn('text', { name: 'org_id', primaryKeyConstraintName: 'consents_pkey' })
  orgId!: string;

  @Column('text', { array: true })
  scopes!: string[];
}
