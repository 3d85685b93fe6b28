import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { ClientStore } from '../../src/clients/client.store';
import { CredentialHasher } from '../../src/keys/credential-hasher';
import { CACHED_WORLD, hearing, scopeOf, undisturbed } from '../harness/cached-world';
import { type ListeningFront, startListeningFront } from '../harness/listening-front';
import { refresh, refreshTokenOf } from '../harness/people';
import { type Service, startService } from '../harness/service';
import { createTestDatabase, type TestDatabase } from '../harness/test-database';

/**
 * What runs by itself: seals, last uses, the look for new keys and for what is to be deleted, and the listening
 * connection, with its beat and its proof that it hears.
 */
const BY_ITSELF =
  /audit_seals|audit_events_id_seq|pg_locks|pg_try_advisory|last_used_at = GREATEST|needed_until|signing_keys|deleting_since|pg_notify|^LISTEN |^SELECT 1$|^(START|SET|COMMIT|ROLLBACK)/;

/** Reads of who there is and what they may. */
const WHO = /"(clients|client_secrets|orgs|users|memberships|service_definitions)"/;

const ROUNDS = 10;

describe('reading the database', () => {
  let service: Service;
  let database: TestDatabase;
  let front: ListeningFront;

  beforeAll(async () => {
    database = await createTestDatabase();
    front = await startListeningFront(database.url);
    service = await startService({ database: { ...database, url: front.url }, world: CACHED_WORLD });
    await hearing(service);
  });
  afterAll(async () => {
    await service?.stop();
    await front?.stop();
    await database?.drop();
  });

  it('does not happen for the token of a client that is known: its one statement is the commit of its event', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const statements = await undisturbed(service, async () => {
        await scopeOf(service, 'fast');
        return statementsOf(async () => expect(await scopeOf(service, 'fast')).toBe(''));
      });
      const own = statements.filter((statement) => !BY_ITSELF.test(statement));
      expect(own).toEqual([expect.stringMatching(/^\s*INSERT INTO audit_events/)]);
    }
  });

  it('happens for a refresh only to find the login, not client, org, user or member', async () => {
    const statements = await undisturbed(service, async () => {
      const token = await refreshTokenOf(service);
      await refresh(service, token);
      return statementsOf(async () => {
        expect((await refresh(service, token, { scope: 'profile' })).status).toBe(200);
      });
    });
    expect(statements.filter((statement) => WHO.test(statement))).toEqual([]);
    expect(statements.filter((statement) => statement.includes('"families"'))).not.toEqual([]);
  });

  it('happens once for each refusal of a client, whoever it is', async () => {
    await service.database.query(`UPDATE clients SET disabled_at = now() WHERE id = 'off'`);
    for (const id of ['fast', 'worker', 'off', 'unknown']) {
      for (let round = 0; round < 2; round++) {
        const statements = await undisturbed(service, async () => {
          await scopeOf(service, 'fast');
          return statementsOf(async () => expect(await scopeOf(service, id, 'wr%6fng')).toBe(401));
        });
        expect({ id, reads: statements.filter((statement) => WHO.test(statement)) }).toMatchObject({ reads: [{}] });
      }
    }
  });

  it('lets a secret work that is so new that nobody has heard of it', async () => {
    const hash = service.app.get(CredentialHasher).hash('a second secret');
    const known = () => service.app.get(ClientStore).recall('overlapping')?.secrets.length;
    await undisturbed(service, async () => {
      front.mode = 'pass';
      await service.database.query('DELETE FROM client_secrets WHERE hash = $1', [hash]);
      await scopeOf(service, 'overlapping');
      front.mode = 'deaf';
      await service.database.query(`INSERT INTO client_secrets (client_id, hash) VALUES ('overlapping', $1)`, [hash]);
      expect(known()).toBe(1);
      expect(await scopeOf(service, 'overlapping', 'a second secret')).toBe('');
      expect(known()).toBe(2);
    }).finally(() => (front.mode = 'pass'));
  });

  it('does not have to happen for a secret to expire', async () => {
    await undisturbed(service, async () => {
      await service.database.query(
        `UPDATE client_secrets SET expires_at = now() + interval '5 seconds' WHERE client_id = 'worker'`,
      );
      expect(await scopeOf(service, 'worker')).toBe('openid profile');
      await sleep(5_100);
      expect(service.app.get(ClientStore).recall('worker')?.client.id).toBe('worker');
      expect(await scopeOf(service, 'worker')).toBe(401);
    });
  });
});

/** All that this process says to PostgreSQL while `work` runs. */
async function statementsOf(work: () => Promise<unknown>): Promise<string[]> {
  const spy = jest.spyOn(pg.Client.prototype, 'query');
  try {
    await work();
    return spy.mock.calls.map(([query]) => textOf(query));
  } finally {
    spy.mockRestore();
  }
}

function textOf(query: unknown): string {
  if (typeof query === 'string') return query;
  return typeof query === 'object' && query !== null && 'text' in query ? String(query.text) : String(query);
}
