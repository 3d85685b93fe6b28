import fs from 'node:fs';
import path from 'node:path';
import { ASSERTING_ISSUER, assertionKeys } from '../harness/assertions';
import { builtService } from '../harness/built-service';
import { createEmptyDatabase } from '../harness/empty-database';
import { type Answer, post, send } from '../harness/http';
import { ADA, ask, JWT_BEARER, PEOPLE_WORLD } from '../harness/people';
import { removeFolder, scratchFolder } from '../harness/scratch-folder';
import { endServiceProcesses, type ServiceProcess, startServiceProcess } from '../harness/service-process';
import type { TestDatabase } from '../harness/test-database';

const API_TOKENS = '/csp/gateway/am/api/auth/api-tokens';
const API_TOKEN = 'an-api-token-that-works';
const WRONG_API_TOKEN = 'an-api-token-that-does-not';
const WRONG_PASSWORD = 'a-password-that-is-wrong';
const WRONG_REFRESH_TOKEN = 'a-refresh-token-of-nobody';

describe('the log at its most talkative', () => {
  let folder: string;
  let database: TestDatabase;
  let service: ServiceProcess;
  const secrets = [API_TOKEN, WRONG_API_TOKEN, WRONG_PASSWORD, WRONG_REFRESH_TOKEN, ADA.password, 'roller-secret'];

  beforeAll(async () => {
    const keys = await assertionKeys();
    folder = scratchFolder();
    const seedFile = path.join(folder, 'world.yaml');
    fs.writeFileSync(
      seedFile,
      `${PEOPLE_WORLD}
trustedIssuers: [{ issuer: "${ASSERTING_ISSUER}", org: acme, jwks: ${JSON.stringify({ keys: [keys.publicJwk] })} }]
apiTokens: [{ user: 'acme.example\\ada', org: acme, name: all, token: ${API_TOKEN} }]
`,
    );
    database = await createEmptyDatabase();
    await builtService();
    const env = { DATABASE_URL: database.url, SEED_FILE: seedFile, LOG_LEVEL: 'trace', REFRESH_GRACE_SECONDS: '0' };
    service = await startServiceProcess({ cwd: folder, env });

    const roller = (form: Record<string, string>) => ask(service.url, form, { client: 'roller', dialect: 'oauth' });
    const login = expectStatus(await roller({ grant_type: 'password', ...ADA }), 200);
    expectStatus(await roller({ grant_type: 'password', ...ADA, password: WRONG_PASSWORD }), 400);
    const refresh = { grant_type: 'refresh_token', refresh_token: String(login.json.refresh_token) };
    const refreshed = expectStatus(await roller(refresh), 200);
    expectStatus(await roller(refresh), 400); // a theft
    expectStatus(await roller({ ...refresh, refresh_token: WRONG_REFRESH_TOKEN }), 400);

    const assertion = await keys.sign({ aud: service.issuer });
    const asserted = expectStatus(await roller({ grant_type: JWT_BEARER, assertion }), 200);
    expectStatus(await roller({ grant_type: JWT_BEARER, assertion }), 400);

    const authorize = (token: string) => post(`${service.url}${API_TOKENS}/authorize`, { form: { api_token: token } });
    const exchanged = expectStatus(await authorize(API_TOKEN), 200);
    expectStatus(await authorize(WRONG_API_TOKEN), 400);
    expectStatus(await post(`${service.url}${API_TOKENS}/authorize?api_token=${API_TOKEN}`), 400);
    for (const [token, status] of [
      [API_TOKEN, 200],
      [WRONG_API_TOKEN, 400],
    ] as const) {
      const headers = { 'Content-Type': 'application/json' };
      const body = JSON.stringify({ tokenValue: token });
      expectStatus(await send(`${service.url}${API_TOKENS}/details`, { method: 'POST', headers, body }), status);
    }

    const answered = [login, refreshed, asserted, exchanged].flatMap(({ json }) =>
      [json.access_token, json.refresh_token, json.id_token].filter((token) => typeof token === 'string'),
    );
    secrets.push(assertion, ...answered);
    await service.stop();
  }, 120_000);
  afterAll(async () => {
    await endServiceProcesses();
    await database?.drop();
    removeFolder(folder);
  });

  function expectStatus(answer: Answer, status: number): Answer {
    expect(answer.status).toBe(status);
    return answer;
  }

  it('has a line for each request', () => {
    expect(service.stdout.match(/"POST"/g)?.length).toBeGreaterThanOrEqual(12);
    expect(service.stdout).toContain('/api-tokens/authorize');
  });

  it('holds no password, secret, token or assertion', () => {
    expect(new Set(secrets).size).toBeGreaterThan(12);
    const leaked = secrets.filter((secret) => (service.stdout + service.stderr).includes(secret));
    expect(leaked).toEqual([]);
  });

  it('holds no signature or key of a token either', () => {
    const parts = secrets.flatMap((secret) => secret.split('.')).filter((part) => part.length > 40);
    expect(parts.length).toBeGreaterThan(5);
    expect(parts.filter((part) => (service.stdout + service.stderr).includes(part))).toEqual([]);
  });
});
