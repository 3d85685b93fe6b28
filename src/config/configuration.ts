import { deepFreeze } from './deep-freeze';
import { type Environment, environmentSchema, SHORTEST_PUBLICATION } from './config.schema';
import { OperatorError } from '../errors/operator-error';

type LogLevel = Environment['LOG_LEVEL'];

/** The settings of one process, parsed and frozen. Durations end in their unit. Also the injection token of the value. */
export abstract class Configuration {
  abstract readonly production: boolean;
  abstract readonly http: {
    readonly host: string;
    readonly port: number;
    readonly trustedProxies: readonly string[];
    readonly drainSeconds: number;
  };
  /** Issuer URLs without a trailing slash. */
  abstract readonly issuers: { readonly oauth: string; readonly csp: string; readonly identityManager: string };
  abstract readonly database: { readonly url: string | undefined; readonly poolSize: number };
  /** Of each cache. 0: nothing is cached. */
  abstract readonly cacheEntries: number;
  abstract readonly dataDir: string;
  /** Undefined: the key that `DATA_DIR` holds. */
  abstract readonly keyEncryptionKey: string | undefined;
  /** Only opens what was sealed under it. */
  abstract readonly keyDecryptionKey: string | undefined;
  abstract readonly firstStart: {
    readonly seedFile: string | undefined;
    readonly demo: boolean;
    readonly adminUsername: string;
    readonly adminPassword: string | undefined;
  };
  abstract readonly logLevel: LogLevel;
  abstract readonly throttling: {
    readonly windowSeconds: number;
    readonly addressLimit: number;
    readonly clientLimit: number;
    readonly failedAuthenticationLimit: number;
    readonly failedPasswordLimit: number;
    readonly failedPasswordWindowSeconds: number;
  };
  abstract readonly refreshGraceSeconds: number;
  abstract readonly logins: {
    /** 0: no limit. */
    readonly idleSeconds: number;
    readonly mostPerUserAndClient: number;
  };
  abstract readonly keys: {
    readonly refreshSeconds: number;
    readonly publishSeconds: number;
    /** 0: never by itself. */
    readonly rotationDays: number;
  };
  /** Undefined: audit events are kept for ever. */
  abstract readonly auditRetentionDays: number | undefined;
  abstract readonly browserSessions: { readonly idleSeconds: number; readonly longestSeconds: number };
}

/** Settings that are missing or wrong: all of them, by name, never with a value. */
export class ConfigurationError extends OperatorError {
  constructor(readonly faults: readonly string[]) {
    super(`Gatehouse cannot start with these settings:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);
  }
}

/**
 * Reads every setting from `environment`; a variable that is set but empty counts as absent.
 * @throws {ConfigurationError} with all faults at once
 */
export function readConfiguration(environment: Record<string, string | undefined>): Configuration {
  const given = Object.fromEntries(Object.entries(environment).filter(([, text]) => text !== undefined && text !== ''));
  const parsed = environmentSchema.safeParse(given);
  const faults = parsed.success
    ? unsafeInProduction(parsed.data)
    : [
        ...parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`),
        ...unsafeInProduction(given),
      ];
  if (!parsed.success || faults.length > 0) throw new ConfigurationError(faults);
  return deepFreeze(toConfiguration(parsed.data));
}

function unsafeInProduction(given: {
  NODE_ENV?: string;
  DATABASE_URL?: string;
  KEY_ENCRYPTION_KEY?: string;
  DEMO?: unknown;
  KEY_PUBLISH_SECONDS?: unknown;
}): string[] {
  if (given.NODE_ENV !== 'production') return [];
  const faults: string[] = [];
  if (given.DATABASE_URL === undefined) {
    faults.push('DATABASE_URL: must be set in production (the embedded database is for trying things out)');
  }
  if (given.KEY_ENCRYPTION_KEY === undefined) {
    faults.push('KEY_ENCRYPTION_KEY: must be set in production (make one: openssl rand -base64 32)');
  }
  if (given.DEMO === true || given.DEMO === 'true') faults.push('DEMO: must not be true in production');
  if (Number(given.KEY_PUBLISH_SECONDS ?? SHORTEST_PUBLICATION) < SHORTEST_PUBLICATION) {
    faults.push(`KEY_PUBLISH_SECONDS: must be at least ${SHORTEST_PUBLICATION} in production`);
  }
  return faults;
}

function toConfiguration(env: Environment): Configuration {
  const production = env.NODE_ENV === 'production';
  const issuer = env.ISSUER ?? `http://localhost:${env.PORT}`;
  return {
    production,
    http: {
      host: env.HOST,
      port: env.PORT,
      trustedProxies: env.TRUSTED_PROXIES,
      drainSeconds: env.SHUTDOWN_DRAIN_SECONDS ?? (production ? 1 : 0),
    },
    issuers: { oauth: issuer, csp: env.CSP_ISSUER ?? issuer, identityManager: `${issuer}/SAAS/auth` },
    database: { url: env.DATABASE_URL, poolSize: env.DATABASE_POOL_SIZE },
    cacheEntries: env.CACHE_ENTRIES,
    dataDir: env.DATA_DIR,
    keyEncryptionKey: env.KEY_ENCRYPTION_KEY,
    keyDecryptionKey: env.KEY_DECRYPTION_KEY,
    firstStart: {
      seedFile: env.SEED_FILE,
      demo: env.DEMO ?? (!production && env.SEED_FILE === undefined),
      adminUsername: env.ADMIN_USERNAME,
      adminPassword: env.ADMIN_PASSWORD,
    },
    logLevel: env.LOG_LEVEL,
    throttling: {
      windowSeconds: env.THROTTLE_WINDOW_SECONDS,
      addressLimit: env.THROTTLE_ADDRESS_LIMIT,
      clientLimit: env.THROTTLE_CLIENT_LIMIT,
      failedAuthenticationLimit: env.THROTTLE_FAILED_AUTHENTICATION_LIMIT,
      failedPasswordLimit: env.FAILED_PASSWORD_LIMIT,
      failedPasswordWindowSeconds: env.FAILED_PASSWORD_WINDOW_SECONDS,
    },
    refreshGraceSeconds: env.REFRESH_GRACE_SECONDS,
    logins: { idleSeconds: env.LOGIN_IDLE_SECONDS, mostPerUserAndClient: env.LOGINS_PER_USER_AND_CLIENT },
    keys: {
      refreshSeconds: env.KEYS_REFRESH_SECONDS,
      publishSeconds: env.KEY_PUBLISH_SECONDS,
      rotationDays: env.KEY_ROTATION_DAYS,
    },
    auditRetentionDays: env.AUDIT_RETENTION_DAYS === 0 ? undefined : env.AUDIT_RETENTION_DAYS,
    browserSessions: { idleSeconds: env.SESSION_IDLE_SECONDS, longestSeconds: env.SESSION_LONGEST_SECONDS },
  };
}
