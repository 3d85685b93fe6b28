import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What the processes keep in memory: the kind and the column that name it, and columns that nobody keeps. */
const KEPT = [
  { table: 'orgs', kind: 'org', key: 'id', unkept: [] },
  { table: 'clients', kind: 'client', key: 'id', unkept: [] },
  { table: 'client_secrets', kind: 'client', key: 'client_id', unkept: ['last_used_at'] },
  { table: 'users', kind: 'user', key: 'id', unkept: [] },
  { table: 'memberships', kind: 'user', key: 'user_id', unkept: [] },
  { table: 'service_definitions', kind: 'service', key: 'id', unkept: [] },
  { table: 'signing_keys', kind: 'keys', key: '', unkept: ['needed_until'] },
];

/** Tells every process what has changed, whoever changes it and however: see `Changes`. */
export class ChangeNotifications1763850000000 implements MigrationInterface {
  readonly name = 'ChangeNotifications1763850000000';

  async up(runner: QueryRunner): Promise<void> {
    // A payload has less than 8,000 bytes; an id can have more. PostgreSQL itself drops repeats within a transaction.
    await runner.query(`CREATE FUNCTION notify_change() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE
        kind text := TG_ARGV[0];
        key text := TG_ARGV[1];
        unkept text[] := TG_ARGV[2];
        was jsonb := CASE WHEN TG_OP IN ('UPDATE', 'DELETE') THEN to_jsonb(OLD) - unkept END;
        becomes jsonb := CASE WHEN TG_OP IN ('UPDATE', 'INSERT') THEN to_jsonb(NEW) - unkept END;
        version jsonb;
        topic text;
      BEGIN
        IF TG_OP = 'TRUNCATE' THEN
          PERFORM pg_notify('gatehouse_changes', 'everything');
          RETURN NULL;
        END IF;
        IF was IS NOT DISTINCT FROM becomes THEN RETURN NULL; END IF;
        FOREACH version IN ARRAY ARRAY[was, becomes] LOOP
          CONTINUE WHEN version IS NULL;
          topic := CASE key WHEN '' THEN kind ELSE kind || ':' || (version ->> key) END;
          PERFORM pg_notify('gatehouse_changes',
                            CASE WHEN octet_length(topic) < 4000 THEN topic ELSE 'everything' END);
        END LOOP;
        RETURN NULL;
      END $$`);
    for (const { table, kind, key, unkept } of KEPT) {
      const call = `notify_change('${kind}', '${key}', '{${unkept.join()}}')`;
      await runner.query(`CREATE TRIGGER notify_change AFTER INSERT OR UPDATE OR DELETE ON ${table}
        FOR EACH ROW EXECUTE FUNCTION ${call}`);
      await runner.query(`CREATE TRIGGER notify_truncation AFTER TRUNCATE ON ${table}
        FOR EACH STATEMENT EXECUTE FUNCTION ${call}`);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const { table } of KEPT) {
      await runner.query(`DROP TRIGGER notify_change ON ${table}`);
      await runner.query(`DROP TRIGGER notify_truncation ON ${table}`);
    }
    await runner.query('DROP FUNCTION notify_change()');
  }
}
