import { randomUUID } from 'node:crypto';
import { latestEndOf } from '@gatehouse/grant-sdk';
import { decodeJwt } from 'jose';
import { DataSource } from 'typeorm';
import { dataSourceOptions } from '../../src/database/data-source.options';
import { LoginPartitions1763880000000 } from '../../src/database/migrations/1763880000000-login-partitions';
import { CredentialHasher } from '../../src/keys/credential-hasher';
import { expectInvalidRefreshToken, PEOPLE_WORLD, refresh } from '../harness/people';
import { type Service, startService } from '../harness/service';
import { createTestDatabase, type TestDatabase } from '../harness/test-database';

/** As older versions made them. */
const OLD = { kept: 'k'.repeat(43), exchanged: 'x'.repeat(43), ended: 'e'.repeat(43), expired: 'o'.repeat(43) };

describe('logins of a version without partitions', () => {
  let database: TestDatabase;
  let service: Service;
  const parent = randomUUID();

  beforeAll(async () => {
    database = await createTestDatabase();
    const before = await startService({ database, world: PEOPLE_WORLD });
    const hasher = before.app.get(CredentialHasher, { strict: false });
    const hashes = Object.entries(OLD).map(([name, token]) => [name, hasher.hash(token)] as const);
    await before.stop();
    const dataSource = await new DataSource(dataSourceOptions({ url: database.url })).initialize();
    await undoBack(dataSource);
    await dataSource.destroy();
    for (const [name, hash] of hashes) await insertOld(name, hash);
    service = await startService({ database });
  });
  afterAll(async () => {
    await service?.stop();
    await database?.drop();
  });

  async function insertOld(name: string, hash: string): Promise<void> {
    const id = name === 'kept' ? parent : randomUUID();
    await database.query(
      `INSERT INTO families (id, parent_id, client_id, user_id, org_id, scopes, auth_time, created_at, expires_at, ended_at)
       VALUES ($1, $2, 'portal', 'u-ada', 'acme', '{profile}', now(), now(), now() + $3::interval, $4)`,
      [
        id,
        name === 'exchanged' ? parent : null,
        name === 'expired' ? '-1 minute' : '20 days',
        name === 'ended' ? new Date() : null,
      ],
    );
    await database.query('INSERT INTO refresh_tokens (hash, family_id) VALUES ($1, $2)', [hash, id]);
  }

  it('go on with the refresh tokens that their clients have', async () => {
    for (const token of [OLD.kept, OLD.exchanged]) {
      const answer = await refresh(service, token);
      expect(answer).toMatchObject({ status: 200, json: { refresh_token: token, scope: 'profile' } });
      const login = String(decodeJwt(String(answer.json.access_token)).sid);
      const [row] = await database.query<{ expires_at: Date }>('SELECT expires_at FROM families WHERE id = $1', [
        login,
      ]);
      const longer = Number(latestEndOf(login)) - Number(row?.expires_at);
      expect([0, 1]).toContain(longer - 86_400_000); // for its last access token
    }
  });

  it('keep their parents, and end with them', async () => {
    const rows = await database.query<{ parent_id: string | null }>('SELECT parent_id FROM families');
    expect(rows.map(({ parent_id }) => parent_id === null).sort()).toEqual([false, true]);
    const [{ parent_id: renamed } = { parent_id: null }] = rows.filter(({ parent_id }) => parent_id !== null);
    expect(await database.query('SELECT 1 FROM families WHERE id = $1', [renamed])).toHaveLength(1);
  });

  it('are gone if they were over', async () => {
    for (const token of [OLD.ended, OLD.expired]) expectInvalidRefreshToken(await refresh(service, token), 'oauth');
    expect(await database.query('SELECT 1 FROM families')).toHaveLength(2);
    expect(await database.query('SELECT 1 FROM refresh_tokens')).toHaveLength(2);
  });
});

/** To before the partitions, whatever has come since. */
async function undoBack(dataSource: DataSource): Promise<void> {
  for (;;) {
    const [last] = await dataSource.query<{ name: string }[]>('SELECT name FROM migrations ORDER BY id DESC LIMIT 1');
    await dataSource.undoLastMigration();
    if (last?.name === LoginPartitions1763880000000.name) return;
  }
}
