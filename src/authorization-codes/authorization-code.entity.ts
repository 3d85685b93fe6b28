import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { ClientEntity } from '../clients/client.entity';
import { OrgEntity } from '../orgs/org.entity';
import { UserEntity } from '../users/user.entity';

/** What a login in a browser gave the client, to be exchanged once. */
@Entity('authorization_codes')
export class AuthorizationCodeEntity {
  /** Keyed SHA-256 of the code. */
  @PrimaryColumn('text', { primaryKeyConstraintName: 'authorization_codes_pkey' })
  hash!: string;

  @ForeignKey(() => ClientEntity, 'id', { name: 'authorization_codes_client_id_fkey', onDelete: 'CASCADE' })
  @Column('text', { name: 'client_id' })
  clientId!: string;

  @ForeignKey(() => UserEntity, 'id', { name: 'authorization_codes_user_id_fkey', onDelete: 'CASCADE' })
  @Column('text', { name: 'user_id' })
  userId!: string;

  @ForeignKey(() => OrgEntity, 'id', { name: 'authorization_codes_org_id_fkey' })
  @Column('text', { name: 'org_id' })
  orgId!: string;

  @Column('uuid', { name: 'browser_session_id' })
  browserSessionId!: string;

  /** The id that the login gets which is begun with the code: once there is such a login, the code is used. */
  @Column('uuid', { name: 'login_id' })
  loginId!: string;

  @Column('text', { name: 'redirect_uri' })
  redirectUri!: string;

  /** S256 of the code verifier (RFC 7636 section 4.2). */
  @Column('text', { name: 'code_challenge', nullable: true })
  codeChallenge!: string | null;

  /** What the user consented to. */
  @Column('text', { array: true })
  scopes!: string[];

  @Column('text', { nullable: true })
  nonce!: string | null;

  @Column('timestamptz', { name: 'auth_time' })
  authTime!: Date;

  /** The table is partitioned by it. */
  @Index('authorization_codes_expires_at_idx')
  @PrimaryColumn('timestamptz', { name: 'expires_at', primaryKeyConstraintName: 'authorization_codes_pkey' })
  expiresAt!: Date;

  @Column('int', { name: 'wrong_verifiers', default: 0 })
  wrongVerifiers!: number;
}
