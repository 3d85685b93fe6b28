import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { decodeJwt } from 'jose';
import { builtService } from '../harness/built-service';
import { LoggedInBrowser } from '../harness/codes';
import { createEmptyDatabase } from '../harness/empty-database';
import { flood } from '../harness/flood';
import { type Answer, basic } from '../harness/http';
import { LOGIN_WORLD, newPkce, type Pkce, REDIRECT_URI } from '../harness/login-world';
import { removeFolder, scratchFolder } from '../harness/scratch-folder';
import { endServiceProcesses, type ServiceProcess, startServiceProcess } from '../harness/service-process';
import { ISSUER } from '../harness/service';
import type { TestDatabase } from '../harness/test-database';

const ROUNDS = 25;
const PARALLEL = 20;

interface Redeemer {
  readonly client: string;
  readonly pkce: Pkce | undefined;
}

describe('parallel redemptions of one authorization code at two processes', () => {
  let folder: string;
  let database: TestDatabase;
  let services: [ServiceProcess, ServiceProcess];
  let browser: LoggedInBrowser;

  beforeAll(async () => {
    folder = scratchFolder();
    const seedFile = path.join(folder, 'world.yaml');
    fs.writeFileSync(seedFile, LOGIN_WORLD);
    database = await createEmptyDatabase();
    await builtService();
    // They share DATA_DIR, ./data, with the key of the first start.
    const env = { DATABASE_URL: database.url, SEED_FILE: seedFile, ISSUER };
    const start = () => startServiceProcess({ cwd: folder, env });
    services = await Promise.all([start(), start()]);
    browser = await LoggedInBrowser.open(services[0]);
  }, 120_000);
  afterAll(async () => {
    await endServiceProcesses();
    await database?.drop();
    removeFolder(folder);
  });

  /** @param turn says which process gives the code */
  async function round(turn: number, { client, pkce }: Redeemer): Promise<{ nonce: string; answers: Answer[] }> {
    const nonce = randomUUID();
    const code = await browser.code({ client, parameters: { nonce } }, pkce, services[turn % 2 === 0 ? 0 : 1].url);
    const form = {
      grant_type: 'authorization_code',
      code,
      redirect_uri: REDIRECT_URI,
      ...(pkce && { code_verifier: pkce.verifier }),
    };
    const headers = () => basic(client, client === 'spa' ? '' : `${client}-secret`);
    const answers = await Promise.all(
      services.map(({ url }) => flood(`${url}/oauth2/token`, PARALLEL / 2, { form, headers })),
    );
    return { nonce, answers: answers.flat() };
  }

  /** What the database holds of the login that the code was for. */
  async function stateOf(nonce: string) {
    const [state] = await database.query(
      `SELECT login_id,
              (SELECT count(*)::int FROM families WHERE id = login_id) AS families,
              (SELECT count(*)::int FROM refresh_tokens WHERE family_id = login_id) AS tokens,
              (SELECT count(*)::int FROM consumptions WHERE kind = 'authorization_code' AND id = hash) AS uses,
              (SELECT count(*)::int FROM audit_events
               WHERE family = login_id::text AND action = 'token.issue' AND outcome = 'allowed') AS issued
       FROM authorization_codes WHERE nonce = $1`,
      [nonce],
    );
    return state;
  }

  async function countOf(sql: string, client: string): Promise<number> {
    const [row] = await database.query<{ count: number }>(`SELECT count(*)::int ${sql} AND client_id = $1`, [client]);
    return row?.count ?? -1;
  }

  it.each([
    { client: 'spa', who: 'a public client with a challenge', pkce: newPkce() },
    { client: 'web', who: 'a client with a secret', pkce: undefined },
  ])(
    'give tokens exactly once, and begin exactly one login, for $who',
    async (redeemer) => {
      const winners = new Set<number>();
      for (let turn = 0; turn < ROUNDS; turn++) {
        const { nonce, answers } = await round(turn, redeemer);
        const statuses = answers.map(({ status }) => status).sort();
        expect(statuses).toEqual([200, ...Array<number>(PARALLEL - 1).fill(400)]);
        const refused = answers.filter(({ status }) => status === 400);
        expect(new Set(refused.map(({ json }) => json.error))).toEqual(new Set(['invalid_grant']));
        const winner = answers.findIndex(({ status }) => status === 200);
        const { sid } = decodeJwt(String(answers[winner]?.json.access_token));
        expect(await stateOf(nonce)).toEqual({ login_id: sid, families: 1, tokens: 1, uses: 1, issued: 1 });
        winners.add(winner < PARALLEL / 2 ? 0 : 1);
      }
      const { client } = redeemer;
      expect(await countOf('FROM families WHERE true', client)).toBe(ROUNDS);
      const refusals = `FROM audit_events WHERE action = 'token.issue' AND outcome = 'refused'`;
      expect(await countOf(refusals, client)).toBe(ROUNDS * (PARALLEL - 1));
      // Otherwise the two did not meet.
      expect(winners.size).toBe(2);
      expect(
        await countOf(`${refusals} AND reason LIKE 'authorization\\_code % was used before'`, client),
      ).toBeGreaterThan(ROUNDS);
      for (const { stderr, complaints } of services)
        expect({ stderr, complaints }).toEqual({ stderr: '', complaints: [] });
    },
    120_000,
  );
});
