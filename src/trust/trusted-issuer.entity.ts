import type { JSONWebKeySet } from 'jose';
import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { OrgEntity } from '../orgs/org.entity';

/** Someone whose signed word about the members of one org counts (RFC 7523). */
@Entity('trusted_issuers')
export class TrustedIssuerEntity {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'trusted_issuers_pkey' })
  issuer!: string;

  @ForeignKey(() => OrgEntity, 'id', { name: 'trusted_issuers_org_id_fkey' })
  @Column('text', { name: 'org_id' })
  orgId!: string;

  /** Its public keys; null when they are to be fetched. */
  @Column('jsonb', { nullable: true })
  jwks!: JSONWebKeySet | null;

  @Column('text', { name: 'jwks_uri', nullable: true })
  jwksUri!: string | null;

  /** Whether the keys may be fetched from a private address. */
  @Column('bool', { name: 'private_address' })
  privateAddress!: boolean;

  /** The claim that names the user. */
  @Column('text', { name: 'subject_claim' })
  subjectClaim!: string;
}
