import { Column, CreateDateColumn, Entity, ForeignKey, Index, PrimaryColumn, UpdateDateColumn } from 'typeorm';
import { OrgEntity } from '../orgs/org.entity';
import { DomainEntity } from './domain.entity';

@Entity('users')
@Index('users_domain_username_key_key', ['domain', 'usernameKey'], { unique: true })
export class UserEntity {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'users_pkey' })
  id!: string;

  @ForeignKey(() => DomainEntity, 'name', { name: 'users_domain_fkey' })
  @Column('text')
  domain!: string;

  /** As it was given. */
  @Column('text')
  username!: string;

  /** The user name as it is compared: see {@link usernameKey}. */
  @Index('users_username_key_idx')
  @Column('text', { name: 'username_key' })
  usernameKey!: string;

  @Column('text')
  email!: string;

  /** The address in lower case. */
  @Index('users_email_key_idx')
  @Column('text', { name: 'email_key' })
  emailKey!: string;

  @Column('text', { name: 'given_name' })
  givenName!: string;

  @Column('text', { name: 'family_name' })
  familyName!: string;

  /** argon2id, in PHC string format. Null: nobody can log in with a password. */
  @Column('text', { name: 'password_hash', nullable: true })
  passwordHash!: string | null;

  @ForeignKey(() => OrgEntity, 'id', { name: 'users_default_org_id_fkey' })
  @Column('text', { name: 'default_org_id' })
  defaultOrgId!: string;

  @Column('text', { name: 'platform_permissions', array: true })
  platformPermissions!: string[];

  @Column('timestamptz', { name: 'disabled_at', nullable: true })
  disabledAt!: Date | null;

  /** Access tokens of before are dead: what was disabled has none of its tokens back when it is enabled again. */
  @Column('timestamptz', { name: 'tokens_valid_from', nullable: true, default: () => 'now()' })
  tokensValidFrom!: Date | null;

  /** Logins and browsers' sessions that were begun for a request of before have ended: the password was another. */
  @Column('timestamptz', { name: 'logins_valid_from', nullable: true })
  loginsValidFrom!: Date | null;

  @CreateDateColumn({ type: 'timestamptz', name: 'created_at' })
  createdAt!: Date;

  @UpdateDateColumn({ type: 'timestamptz', name: 'updated_at' })
  updatedAt!: Date;
}

/** Two user names are the same when only letter case or Unicode's spelling of the letters differs. */
export function usernameKey(username: string): string {
  return username.normalize('NFKC').toLowerCase();
}
