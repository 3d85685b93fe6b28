import { isIP } from 'node:net';
import { z } from 'zod';

/** Names that stand for address ranges, as Express's `trust proxy` knows them. */
const PROXY_RANGES = ['loopback', 'linklocal', 'uniquelocal'];

/** 32 random bytes in hex or base64 have more; `change-me-change-me…` and `0000…` have fewer. */
const FEWEST_DISTINCT_CHARACTERS = 10;

/** Seconds: as long as a caller may keep the key set, and then until every process has looked again. */
export const SHORTEST_PUBLICATION = 330;

const port = z.coerce.number().int().min(1).max(65535);
const count = z.coerce.number().int().min(1).max(1_000_000_000);
const seconds = z.coerce.number().int().min(0).max(86_400);
const flag = z.enum(['true', 'false']).transform((text) => text === 'true');

const httpUrl = z
  .string()
  .refine(isPlainHttpUrl, 'must be an http or https URL without query, fragment or credentials')
  .transform((url) => url.replace(/\/+$/, ''));

const postgresUrl = z
  .string()
  .refine((url) => /^postgres(ql)?:\/\//.test(url) && URL.canParse(url.replace('@/', '@localhost/')), {
    error: 'must be a postgres:// URL',
  });

const encryptionKey = z
  .string()
  .min(32)
  .refine((text) => new Set(text).size >= FEWEST_DISTINCT_CHARACTERS, {
    error: 'is too easy to guess (make one: openssl rand -base64 32)',
  });

const proxies = z
  .string()
  .transform((text) =>
    text
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== ''),
  )
  .refine((parts) => parts.every(isProxy), {
    error: `must be a comma-separated list of IP addresses, CIDR ranges or ${PROXY_RANGES.join(', ')}`,
  });

/** Every setting of the service. The descriptions are the documentation: docs/configuration.md is made from them. */
export const environmentSchema = z.object({
  NODE_ENV: z
    .enum(['development', 'production', 'test'])
    .default('development')
    .describe('`production` refuses an embedded database and a generated key, and makes no demonstration world.'),
  HOST: z.string().min(1).default('127.0.0.1').describe('Address to listen on.'),
  PORT: port.default(3000).describe('Port to listen on.'),
  ISSUER: httpUrl
    .optional()
    .describe('Public base URL, and the issuer of the oauth dialect. Default `http://localhost:$PORT`.'),
  CSP_ISSUER: httpUrl.optional().describe('Issuer in tokens of the csp dialect. Default: `ISSUER`.'),
  DATABASE_URL: postgresUrl
    .optional()
    .describe('PostgreSQL to use, `postgres://user:password@host:5432/name`. Absent: an embedded one in `DATA_DIR`.'),
  DATABASE_POOL_SIZE: count.default(10).describe('Most connections that this process opens to PostgreSQL.'),
  CACHE_ENTRIES: z.coerce
    .number()
    .int()
    .min(0)
    .max(1_000_000)
    .default(10_000)
    .describe('Clients, orgs, users, members and services that are kept in memory, of each kind. 0: none.'),
  DATA_DIR: z.string().min(1).default('./data').describe('Folder of the embedded PostgreSQL and the generated key.'),
  KEY_ENCRYPTION_KEY: encryptionKey
    .optional()
    .describe('At least 32 random characters: encrypts private keys at rest. Absent: made once, kept in `DATA_DIR`.'),
  KEY_DECRYPTION_KEY: encryptionKey
    .optional()
    .describe(
      'Another key that can open what was encrypted under it, and never encrypts: while `KEY_ENCRYPTION_KEY` is being changed (docs/operations.md).',
    ),
  TRUSTED_PROXIES: proxies
    .default([])
    .describe(
      'Proxies whose `X-Forwarded-For` counts: addresses, CIDR ranges, `loopback`, `linklocal`, `uniquelocal`.',
    ),
  SEED_FILE: z
    .string()
    .min(1)
    .optional()
    .describe('YAML or JSON file that declares orgs and clients to create at start. See docs/seed-file.md.'),
  DEMO: flag
    .optional()
    .describe(
      'Whether an empty database gets the demonstration world. Default: yes, unless production or `SEED_FILE`.',
    ),
  ADMIN_USERNAME: z.string().min(1).max(255).default('admin').describe('User name of the first administrator.'),
  ADMIN_PASSWORD: z
    .string()
    .min(12)
    .max(1024)
    .optional()
    .describe('Password of the first administrator. Absent: generated, printed once at the first start.'),
  LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
    .default('info')
    .describe('Least severe log line that is written.'),
  THROTTLE_WINDOW_SECONDS: z.coerce
    .number()
    .int()
    .min(1)
    .max(86_400)
    .default(60)
    .describe('Window of every limit below.'),
  THROTTLE_ADDRESS_LIMIT: count.default(30_000).describe('Requests to one endpoint from one address in a window.'),
  THROTTLE_CLIENT_LIMIT: count.default(60_000).describe('Token requests of one authenticated client in a window.'),
  THROTTLE_FAILED_AUTHENTICATION_LIMIT: count
    .default(1_000)
    .describe('Failed authentications of one client id from one address in a window.'),
  FAILED_PASSWORD_LIMIT: count
    .default(200)
    .describe('Wrong passwords of one account, after which it is locked until the window ends.'),
  FAILED_PASSWORD_WINDOW_SECONDS: z.coerce.number().int().min(1).max(86_400).default(3_600).describe('That window.'),
  REFRESH_GRACE_SECONDS: z.coerce
    .number()
    .int()
    .min(0)
    .max(300)
    .default(10)
    .describe('How long a rotated refresh token still gives its successor, for answers that were lost. 0: never.'),
  LOGIN_IDLE_SECONDS: z.coerce
    .number()
    .int()
    .min(0)
    .max(2_147_483_647)
    .default(2_592_000)
    .describe(
      'How long a login lasts whose refresh token is not used. Default 30 days. 0: for as long as the client says.',
    ),
  LOGINS_PER_USER_AND_CLIENT: count
    .default(1_000)
    .describe('Logins that a user can have at one client. Past that the one ends that was not used for longest.'),
  SESSION_IDLE_SECONDS: z.coerce
    .number()
    .int()
    .min(1)
    .max(31_536_000)
    .default(1_800)
    .describe('How long a session of a browser lasts while the browser does not use it.'),
  SESSION_LONGEST_SECONDS: z.coerce
    .number()
    .int()
    .min(1)
    .max(31_536_000)
    .default(36_000)
    .describe('How long a session of a browser lasts at most.'),
  KEYS_REFRESH_SECONDS: z.coerce
    .number()
    .int()
    .min(1)
    .max(20)
    .default(5)
    .describe('How often each process looks whether the signing keys have changed.'),
  KEY_PUBLISH_SECONDS: seconds
    .default(600)
    .describe(
      `How long a key is published before it signs. At least ${SHORTEST_PUBLICATION} in production. Callers may keep the key set for half of it, at most 300.`,
    ),
  KEY_ROTATION_DAYS: z.coerce
    .number()
    .int()
    .min(0)
    .max(3_650)
    .default(90)
    .describe('Age at which a signing key is replaced by the next. 0: only by command.'),
  AUDIT_RETENTION_DAYS: z.coerce
    .number()
    .int()
    .min(0)
    .max(36_500)
    .default(400)
    .describe('How long audit events are kept after the month that they are of. 0: for ever.'),
  SHUTDOWN_DRAIN_SECONDS: seconds
    .optional()
    .describe('How long SIGTERM answers on while readiness says 503. Default 1 in production, else 0.'),
});

export type Environment = z.output<typeof environmentSchema>;

function isPlainHttpUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  const bare = url.search === '' && url.hash === '' && url.username === '' && url.password === '';
  return bare && (url.protocol === 'https:' || url.protocol === 'http:') && !/[?#]/.test(text);
}

function isProxy(part: string): boolean {
  const [address = '', prefix] = part.split('/');
  if (prefix === undefined) return PROXY_RANGES.includes(part) || isIP(part) !== 0;
  const bits = isIP(address) === 4 ? 32 : 128;
  return isIP(address) !== 0 && /^\d{1,3}$/.test(prefix) && Number(prefix) <= bits;
}
