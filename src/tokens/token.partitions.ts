import type { PartitionedTable } from '../database/partitions/partitioned-table';

const BY_DAY = { column: 'until', key: 'timestamptz', period: 'day', ahead: 2, keepDays: 1 } as const;

export const CONSUMPTIONS: PartitionedTable = { table: 'consumptions', ...BY_DAY };
export const REVOKED_TOKENS: PartitionedTable = { table: 'revoked_tokens', ...BY_DAY };

/** A login of which nothing is left but its row is not asked for again. Its id says when: see `newLoginId`. */
const BY_MONTH = { key: 'uuid', period: 'month', ahead: 13, keepDays: 1 } as const;

export const REFRESH_TOKENS: PartitionedTable = { table: 'refresh_tokens', column: 'family_id', ...BY_MONTH };
export const FAMILIES: PartitionedTable = { table: 'families', column: 'id', ...BY_MONTH };
