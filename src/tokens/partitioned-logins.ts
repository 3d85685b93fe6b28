import type { PartitionedTable } from '../database/partitions/partitioned-table';

/** A login of which nothing is left but its row is not asked for again. */
const KEPT = { key: 'uuid', period: 'month', ahead: 13, keepDays: 1 } as const;

/** By the ids of the logins, which begin with the time until which they may be needed: see `newLoginId`. */
export const REFRESH_TOKENS: PartitionedTable = { table: 'refresh_tokens', column: 'family_id', ...KEPT };
export const FAMILIES: PartitionedTable = { table: 'families', column: 'id', ...KEPT };
