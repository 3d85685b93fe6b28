import { Column, CreateDateColumn, Entity, ForeignKey, Index, PrimaryColumn, UpdateDateColumn } from 'typeorm';
import { OrgEntity } from '../orgs/org.entity';
import type { AllowedScopes } from './allowed-scopes';
import type { SigningAlg } from '../keys/signing-alg';
import type { RefreshTokenPolicy } from './client';

@Entity('clients')
export class ClientEntity {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'clients_pkey' })
  id!: string;

  @Index('clients_org_id_idx')
  @ForeignKey(() => OrgEntity, 'id', { name: 'clients_org_id_fkey' })
  @Column('text', { name: 'org_id' })
  orgId!: string;

  @Column('text', { name: 'display_name' })
  displayName!: string;

  @Column('text')
  description!: string;

  @Column('text', { name: 'grant_types', array: true })
  grantTypes!: string[];

  @Column('text', { name: 'redirect_uris', array: true })
  redirectUris!: string[];

  @Column('text', { name: 'post_logout_redirect_uris', array: true })
  postLogoutRedirectUris!: string[];

  /** Seconds. */
  @Column('int', { name: 'access_token_ttl' })
  accessTokenTtl!: number;

  /** Seconds. */
  @Column('int', { name: 'refresh_token_ttl' })
  refreshTokenTtl!: number;

  @Column('jsonb', { name: 'allowed_scopes' })
  allowedScopes!: AllowedScopes;

  @Column('text', { name: 'allowed_orgs', array: true })
  allowedOrgs!: string[];

  @Column('text', { name: 'allowed_actors_client_delegate', array: true })
  allowedActorsClientDelegate!: string[];

  @Column('text', { name: 'allowed_actors_client_exchange', array: true })
  allowedActorsClientExchange!: string[];

  @Column('text', { name: 'allowed_actors_audience_exchange', array: true })
  allowedActorsAudienceExchange!: string[];

  @Column('bool', { name: 'force_pkce' })
  forcePkce!: boolean;

  @Column('bool', { name: 'public_client' })
  publicClient!: boolean;

  @Column('int', { name: 'max_groups_in_id_token', nullable: true })
  maxGroupsInIdToken!: number | null;

  @Column('text', { name: 'refresh_token_policy' })
  refreshTokenPolicy!: RefreshTokenPolicy;

  @Column('bool', { name: 'trusted_proxy' })
  trustedProxy!: boolean;

  @Column('text', { name: 'signing_alg' })
  signingAlg!: SigningAlg;

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
