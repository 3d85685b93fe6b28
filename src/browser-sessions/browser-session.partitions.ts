import type { Configuration } from '../config/configuration';
import type { PartitionedTable } from '../database/partitions/partitioned-table';

/** Sessions that last for longer have a partition each month: a session is looked for in all partitions. */
const LONGEST_BY_DAY = 14;

export function browserSessionPartitions({ browserSessions }: Configuration): PartitionedTable {
  const days = Math.ceil(browserSessions.longestSeconds / 86_400);
  const byDay = days <= LONGEST_BY_DAY;
  return {
    table: 'browser_sessions',
    column: 'expires_at',
    key: 'timestamptz',
    period: byDay ? 'day' : 'month',
    ahead: byDay ? days + 1 : Math.ceil(days / 28) + 1,
    keepDays: 1,
  };
}
