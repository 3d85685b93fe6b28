import { Entity, PrimaryColumn } from 'typeorm';

/** An access token that its client has given up. */
@Entity('revoked_tokens')
export class RevokedTokenEntity {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'revoked_tokens_pkey' })
  jti!: string;

  /** When the token expires. The row may be dropped after it. The table is partitioned by it. */
  @PrimaryColumn('timestamptz', { primaryKeyConstraintName: 'revoked_tokens_pkey' })
  until!: Date;
}
