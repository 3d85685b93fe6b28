import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { AuditRetention, type DropEvent } from '../audit/audit-retention';
import { AUTHORIZATION_CODES } from '../authorization-codes/authorization-code.partitions';
import { browserSessionPartitions } from '../browser-sessions/browser-session.partitions';
import { Configuration } from '../config/configuration';
import type { Outdated } from '../database/partitions/outdated-partitions';
import type { PartitionedTable } from '../database/partitions/partitioned-table';
import { CONSUMPTIONS, FAMILIES, REFRESH_TOKENS, REVOKED_TOKENS } from '../tokens/token.partitions';

export interface RetainedTable extends PartitionedTable {
  /** Called in the transaction of a drop, before it; false: it has to wait. Absent: the time alone decides. */
  readonly release?: (transaction: EntityManager, outdated: Outdated, at: Date, event: DropEvent) => Promise<boolean>;
}

/** Every partitioned table, in the order in which they lose their oldest rows. */
@Injectable()
export class PartitionedTables {
  readonly all: readonly RetainedTable[];

  constructor(audit: AuditRetention, configuration: Configuration) {
    this.all = [
      CONSUMPTIONS,
      REVOKED_TOKENS,
      REFRESH_TOKENS,
      FAMILIES,
      AUTHORIZATION_CODES,
      browserSessionPartitions(configuration),
      { ...audit.events, release: (...drop) => audit.releaseEvents(...drop) },
      { ...audit.seals, release: (transaction, outdated) => audit.releaseSeals(transaction, outdated) },
    ];
  }
}
