import type { PartitionedTable } from '../database/partitions/partitioned-table';

/** A code that is used again is known by its row, so that has to outlive the code. */
export const AUTHORIZATION_CODES: PartitionedTable = {
  table: 'authorization_codes',
  column: 'expires_at',
  key: 'timestamptz',
  period: 'day',
  ahead: 2,
  keepDays: 1,
};
