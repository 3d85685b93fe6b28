/** SQLSTATEs by which PostgreSQL says that it, not the statement, is the trouble (PostgreSQL appendix A). */
const AWAY_SQLSTATES = new Set([
  '25006', // read-only: a failover is under way
  '25P03', // was idle in a transaction for too long: this process had no time for it
  '25P04', // transaction timeout
  '40001', // serialization failure
  '40P01', // deadlock
  '53100', // disk full
  '53200', // out of memory
  '53300', // too many connections
  '57014', // statement timeout
  '57P01', // administrator shutdown
  '57P02', // crash shutdown
  '57P03', // cannot connect now: starting up or shutting down
  '57P05', // was idle for too long
  '58030', // I/O error
]);

const AWAY_SOCKET_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENETDOWN',
  'EADDRNOTAVAIL',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ERR_STREAM_DESTROYED', // written to a socket that is gone
]);

/** `pg`, its pool and TypeORM give these no code. A query runner is released when its connection is lost. */
const AWAY_MESSAGE =
  /timeout exceeded when trying to connect|timeout expired|Query read timeout|Connection terminated|not queryable|Client was closed|Cannot use a pool after calling end|Driver not Connected|already released/i;

/** Does the error say that the database cannot be reached or cannot work, so that the same request may succeed later? */
export function isServiceAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (AWAY_SQLSTATES.has(code) || AWAY_SOCKET_CODES.has(code) || code.startsWith('08')) return true;
  // A missing socket file is PostgreSQL stopped; any other missing file is our own mistake.
  if (code === 'ENOENT' && 'syscall' in error && error.syscall === 'connect') return true;
  if (AWAY_MESSAGE.test(error.message)) return true;
  if (error instanceof AggregateError) return error.errors.some(isServiceAway);
  return 'driverError' in error && isServiceAway(error.driverError);
}
