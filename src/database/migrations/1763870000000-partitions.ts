import type { MigrationInterface, QueryRunner } from 'typeorm';
import { makeFirstPartitions } from '../partitions/first-partitions';

/** Columns by the name of their index. */
type Indexes = Readonly<Record<string, string>>;

interface Table {
  readonly name: string;
  readonly period: 'day' | 'month';
  /** The column that it is cut by. */
  readonly column: string;
  /** The primary key before; now the column belongs to it, too. */
  readonly key: string;
  readonly indexesBefore: Indexes;
  readonly indexes: Indexes;
  readonly foreignKeys: readonly string[];
  /** Rows that are still of use. */
  readonly useful: string;
}

const OF_CLIENT = 'FOREIGN KEY (client_id) REFERENCES clients (id) ON DELETE CASCADE';
const OF_USER = 'FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE';

const AUDIT_INDEXES = {
  audit_events_at_idx: 'at',
  audit_events_actor_idx: 'actor, id) WHERE (actor IS NOT NULL',
  audit_events_request_id_at_idx: 'request_id, at',
  audit_events_client_id_at_idx: 'client_id, at',
  audit_events_subject_at_idx: 'subject, at',
  audit_events_org_id_at_idx: 'org_id, at',
};

const TABLES: readonly Table[] = [
  {
    ...{ name: 'consumptions', period: 'day', column: 'until', key: 'kind, id' },
    ...{ indexesBefore: { consumptions_until_idx: 'until' }, indexes: {}, foreignKeys: [] },
    useful: `until > now() - interval '1 day'`,
  },
  {
    ...{ name: 'revoked_tokens', period: 'day', column: 'until', key: 'jti' },
    ...{ indexesBefore: { revoked_tokens_until_idx: 'until' }, indexes: {}, foreignKeys: [] },
    useful: `until > now() - interval '1 day'`,
  },
  {
    ...{ name: 'authorization_codes', period: 'day', column: 'expires_at', key: 'hash' },
    ...{ indexesBefore: {}, indexes: {} },
    foreignKeys: [
      `authorization_codes_client_id_fkey ${OF_CLIENT}`,
      `authorization_codes_user_id_fkey ${OF_USER}`,
      'authorization_codes_org_id_fkey FOREIGN KEY (org_id) REFERENCES orgs (id)',
    ],
    useful: `expires_at > now() - interval '1 day'`,
  },
  {
    ...{ name: 'browser_sessions', period: 'day', column: 'expires_at', key: 'id' },
    indexesBefore: { browser_sessions_user_id_idx: 'user_id' },
    // No unique key without expires_at can span the partitions; it is a hash of 256 random bits.
    indexes: { browser_sessions_hash_idx: 'hash', browser_sessions_user_id_idx: 'user_id' },
    foreignKeys: [`browser_sessions_user_id_fkey ${OF_USER}`],
    useful: `expires_at > now() - interval '1 day'`,
  },
  {
    ...{ name: 'audit_seals', period: 'month', column: 'sealed_at', key: 'id' },
    ...{ indexesBefore: {}, indexes: { audit_seals_last_event_idx: 'last_event' }, foreignKeys: [] },
    useful: 'TRUE',
  },
  {
    ...{ name: 'audit_events', period: 'month', column: 'at', key: 'id' },
    ...{ indexesBefore: AUDIT_INDEXES, indexes: AUDIT_INDEXES, foreignKeys: [] },
    useful: 'TRUE',
  },
];

/** Tables of rows that expire are cut by time, so that what is over is dropped instead of deleted. */
export class Partitions1763870000000 implements MigrationInterface {
  readonly name = 'Partitions1763870000000';

  async up(runner: QueryRunner): Promise<void> {
    // All at once: replicas of the version before lock them in orders of their own.
    await runner.query('LOCK TABLE orgs, clients, users IN SHARE ROW EXCLUSIVE MODE');
    await runner.query(`LOCK TABLE ${TABLES.map(({ name }) => name).join(', ')} IN ACCESS EXCLUSIVE MODE`);
    for (const table of TABLES) {
      const { name, period, column, key, indexes } = table;
      const dropped = [...Object.keys(table.indexesBefore), `${name}_hash_key`];
      await replace(runner, table, dropped, ` PARTITION BY RANGE (${column})`, `${key}, ${column}`, indexes);
      const [oldest] = await runner.manager.query<{ at: Date }[]>(
        // One wrong clock must not make hundreds of them.
        `SELECT GREATEST(min(${column}), now() - interval '2 years') AS at FROM ${name}_before
         WHERE ${table.useful} HAVING count(*) > 0`,
      );
      await makeFirstPartitions(runner, {
        ...{ table: name, column, key: 'timestamptz', period, ahead: 2 },
        since: oldest?.at,
      });
      await move(runner, table, '');
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of TABLES) {
      await replace(runner, table, Object.keys(table.indexes), '', table.key, table.indexesBefore);
      if (table.name === 'browser_sessions')
        await runner.query('CREATE UNIQUE INDEX browser_sessions_hash_key ON browser_sessions (hash)');
      await move(runner, table, ' ON CONFLICT DO NOTHING');
    }
  }
}

/** Makes the table anew, empty, beside the rows of before. */
async function replace(
  runner: QueryRunner,
  { name, foreignKeys }: Table,
  indexesBefore: readonly string[],
  partitioned: string,
  key: string,
  indexes: Indexes,
): Promise<void> {
  await runner.query(`ALTER TABLE ${name} RENAME TO ${name}_before`);
  await runner.query(`ALTER TABLE ${name}_before DROP CONSTRAINT ${name}_pkey`);
  for (const index of indexesBefore) await runner.query(`DROP INDEX IF EXISTS ${index}`);
  await runner.query(`CREATE TABLE ${name} (LIKE ${name}_before INCLUDING DEFAULTS)${partitioned}`);
  await runner.query(`ALTER TABLE ${name} ADD CONSTRAINT ${name}_pkey PRIMARY KEY (${key})`);
  for (const foreignKey of foreignKeys) await runner.query(`ALTER TABLE ${name} ADD CONSTRAINT ${foreignKey}`);
  for (const [index, columns] of Object.entries(indexes))
    await runner.query(`CREATE INDEX ${index} ON ${name} (${columns})`);
  if (name === 'audit_events') await numberEvents(runner, partitioned !== '');
}

/** Goes on with the ids of before. PostgreSQL before 17 knows no identity columns of partitioned tables. */
async function numberEvents(runner: QueryRunner, bySequence: boolean): Promise<void> {
  await runner.query('ALTER SEQUENCE audit_events_id_seq RENAME TO audit_events_before_id_seq');
  if (bySequence) {
    await runner.query('CREATE SEQUENCE audit_events_id_seq OWNED BY audit_events.id');
    await runner.query(`ALTER TABLE audit_events ALTER id SET DEFAULT nextval('audit_events_id_seq')`);
  } else {
    await runner.query('ALTER TABLE audit_events ALTER id DROP DEFAULT');
    await runner.query('ALTER TABLE audit_events ALTER id ADD GENERATED ALWAYS AS IDENTITY');
  }
  await runner.query(`SELECT setval('audit_events_id_seq', last_value, is_called) FROM audit_events_before_id_seq`);
}

async function move(runner: QueryRunner, { name, useful }: Table, unlessThere: string): Promise<void> {
  await runner.query(
    `INSERT INTO ${name} OVERRIDING SYSTEM VALUE SELECT * FROM ${name}_before WHERE ${useful}${unlessThere}`,
  );
  await runner.query(`DROP TABLE ${name}_before`);
}
