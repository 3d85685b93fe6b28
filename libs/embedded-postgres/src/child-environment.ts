/**
 * What PostgreSQL's programs see of our environment: not the application's secrets, not PGDATA and the like. The C locale
 * keeps their messages in English, which the start reads.
 */
export function childEnvironment(): NodeJS.ProcessEnv {
  const { PATH, SystemRoot } = process.env;
  return { PATH, LC_ALL: 'C', TZ: 'UTC', ...(SystemRoot === undefined ? {} : { SystemRoot }) };
}
