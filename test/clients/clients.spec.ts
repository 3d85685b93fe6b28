import fs from 'node:fs';
import path from 'node:path';
import { builtService } from '../harness/built-service';
import { DIALECTS } from '../harness/dialects';
import { requirePythonModule, runScript } from '../harness/run-script';
import { removeFolder, scratchFolder } from '../harness/scratch-folder';
import { endServiceProcesses, type ServiceProcess, startServiceProcess } from '../harness/service-process';
import { createTestDatabase, type TestDatabase } from '../harness/test-database';

/** Each client library meets the secret that is easy and those that it escapes, or does not escape, in its own way. */
const SECRETS: Readonly<Record<string, string>> = {
  plain: 'Qm5-wYt_7',
  special: 'a+b%c:d/é',
  escaped: 'a%2Bb c&d=e%25',
};

const SCRIPTS = {
  authlib: { file: 'authlib_client.py', tokens: { csp: 2, 'identity-manager': 2, oauth: 2 } },
  requests: { file: 'requests_client.py', tokens: { csp: 1, 'identity-manager': 1, oauth: 1 } },
  'openid-client': { file: 'openid-client.mts', tokens: { csp: 0, 'identity-manager': 2, oauth: 4 } },
  'the habit of Go': { file: 'go-habit.mts', tokens: { csp: 1, 'identity-manager': 1, oauth: 1 } },
} as const;

type ScriptName = keyof typeof SCRIPTS;
const NAMES = Object.keys(SCRIPTS) as ScriptName[];

describe('client libraries against the running service', () => {
  let folder: string;
  let database: TestDatabase;
  let service: ServiceProcess;

  beforeAll(async () => {
    await requirePythonModule('authlib.integrations.requests_client', 'python3-authlib');
    await requirePythonModule('requests', 'python3-requests');
    folder = scratchFolder();
    database = await createTestDatabase();
    // A client for each library and secret, so that the audit trail tells whose tokens they were.
    const clients = NAMES.flatMap((name) =>
      Object.entries(SECRETS).map(([kind, secret]) => ({
        id: clientId(name, kind),
        org: 'acme',
        secret,
        grantTypes: ['client_credentials'],
        allowedScopes: { generalScopes: ['openid'] },
      })),
    );
    const world = { orgs: [{ id: 'acme', name: 'ACME' }], clients };
    fs.writeFileSync(path.join(folder, 'world.json'), JSON.stringify(world));
    await builtService();
    // The issuer is the default one, the address at which the service really answers.
    service = await startServiceProcess({
      cwd: folder,
      env: { DATABASE_URL: database.url, SEED_FILE: 'world.json', LOG_LEVEL: 'warn' },
    });
  }, 120_000);
  afterAll(async () => {
    await endServiceProcesses();
    await database?.drop();
    if (folder !== undefined) removeFolder(folder);
  });

  const clientId = (name: ScriptName, kind: string) => `${name.replaceAll(' ', '_')}-${kind}`;

  const run = (name: ScriptName, kind: string, secret: string, env: Record<string, string> = {}) =>
    runScript(path.join(__dirname, SCRIPTS[name].file), {
      GATEHOUSE_URL: service.issuer,
      CLIENT_ID: clientId(name, kind),
      CLIENT_SECRET: secret,
      ...env,
    });

  /** How many tokens the audit trail knows of, by dialect. */
  async function issued(id: string): Promise<Record<string, number>> {
    const rows = await database.query<{ dialect: string; count: number }>(
      `SELECT dialect, count(*)::int FROM audit_events
       WHERE action = 'token.issue' AND outcome = 'allowed' AND client_id = $1 GROUP BY dialect`,
      [id],
    );
    const none = Object.fromEntries(DIALECTS.map(({ dialect }) => [dialect, 0]));
    return { ...none, ...Object.fromEntries(rows.map(({ dialect, count }) => [dialect, count])) };
  }

  describe.each(NAMES)('%s', (name) => {
    it.each(Object.entries(SECRETS))('gets its tokens with the %s secret %s', async (kind, secret) => {
      expect(await run(name, kind, secret)).toEqual({ code: 0, output: '' });
      expect(await issued(clientId(name, kind))).toEqual(SCRIPTS[name].tokens);
    });

    it('gets none with a wrong secret, and says why', async () => {
      const before = await issued(clientId(name, 'plain'));
      const { code, output } = await run(name, 'plain', 'wrong');
      expect(code).toBe(1);
      expect(output).toMatch(/invalid_client|540\.110|Unauthorized|Client authentication failed|\b40[01]\b/);
      expect(await issued(clientId(name, 'plain'))).toEqual(before);
    });
  });

  it('lets a client of Go that failed by header succeed by body', async () => {
    const before = await issued(clientId('the habit of Go', 'special'));
    const ended = await run('the habit of Go', 'special', SECRETS.special ?? '', { HEADER_SECRET: 'wrong' });
    expect(ended.code).toBe(0);
    expect(ended.output.match(/once more/g)).toHaveLength(DIALECTS.length);
    const after = await issued(clientId('the habit of Go', 'special'));
    for (const { dialect } of DIALECTS) expect((after[dialect] ?? 0) - (before[dialect] ?? 0)).toBe(1);
  });
});
