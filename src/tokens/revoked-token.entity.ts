import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** An access token that its client has given up. */
@Entity('revoked_tokens')
export class RevokedTokenEntity {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'revoked_tokens_pkey' })
  jti!: string;

  /** When the token expires. The row may be deleted after it. */
  @Index('revoked_tokens_until_idx')
  @Column('timestamptz')
  until!: Date;
}
