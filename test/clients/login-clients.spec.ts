import fs from 'node:fs';
import path from 'node:path';
import { transformFileSync } from '@swc/core';
import { builtService } from '../harness/built-service';
import { DIALECTS } from '../harness/dialects';
import { LOGIN_WORLD } from '../harness/login-world';
import { runScript } from '../harness/run-script';
import { removeFolder, scratchFolder } from '../harness/scratch-folder';
import { endServiceProcesses, startServiceProcess } from '../harness/service-process';
import { createTestDatabase, type TestDatabase } from '../harness/test-database';
import { startTlsFront, type TlsFront } from '../harness/tls-front';

const SCRIPTS = { 'openid-client': 'openid-login.mts', oauth4webapi: 'oauth4webapi-login.mts' } as const;

/** Tokens that each issuer gives to a login: by the code, by a refresh and, with openid-client, by a silent login. */
const TOKENS_OF_A_LOGIN = { 'openid-client': 3, oauth4webapi: 2 } as const;

// Inside node_modules, so that it finds its packages.
const VISITOR = path.resolve(__dirname, `../../node_modules/.cache/gatehouse-test-visitor-${process.pid}.mjs`);

describe('client libraries that log their users in, over TLS and with no check switched off', () => {
  let folder: string;
  let database: TestDatabase;
  let front: TlsFront;

  beforeAll(async () => {
    folder = scratchFolder();
    database = await createTestDatabase();
    front = await startTlsFront(folder);
    fs.writeFileSync(path.join(folder, 'world.yaml'), LOGIN_WORLD);
    compileVisitor();
    await builtService();
    const service = await startServiceProcess({
      cwd: folder,
      env: {
        DATABASE_URL: database.url,
        SEED_FILE: 'world.yaml',
        LOG_LEVEL: 'warn',
        ISSUER: front.origin,
        CSP_ISSUER: `${front.origin}/csp/gateway/am/api`, // at which clients of the Cloud Services look for discovery
        TRUSTED_PROXIES: 'loopback',
      },
    });
    front.forwardTo(service.port);
  }, 120_000);
  afterAll(async () => {
    await endServiceProcesses();
    await front?.stop();
    await database?.drop();
    fs.rmSync(VISITOR, { force: true });
    if (folder !== undefined) removeFolder(folder);
  });

  const run = (script: keyof typeof SCRIPTS, env: Record<string, string>) =>
    runScript(path.join(__dirname, SCRIPTS[script]), {
      ISSUERS: ['', '/SAAS/auth', '/csp/gateway/am/api'].map((suffix) => front.origin + suffix).join(' '),
      VISITOR,
      NODE_EXTRA_CA_CERTS: front.certificate,
      ...env,
    });

  /** How many tokens a client got, by dialect. */
  async function issued(client: string): Promise<Record<string, number>> {
    const rows = await database.query<{ dialect: string }>(
      `SELECT dialect FROM audit_events WHERE action = 'token.issue' AND outcome = 'allowed' AND client_id = $1`,
      [client],
    );
    const count = (wanted: string) => rows.filter(({ dialect }) => dialect === wanted).length;
    return Object.fromEntries(DIALECTS.map(({ dialect }) => [dialect, count(dialect)]));
  }

  describe.each(['openid-client', 'oauth4webapi'] as const)('%s', (script) => {
    it.each([
      { kind: 'a confidential client, by header and by body,', client: 'web', secret: 'web-secret', ways: 2 },
      { kind: 'a public client', client: 'spa', secret: '', ways: 1 },
      { kind: 'a client of ES256 that rotates,', client: 'web-es', secret: 'web-es-secret', ways: 2 },
    ])('logs in as $kind at each issuer', async ({ client, secret, ways }) => {
      const before = await issued(client);
      expect(await run(script, { CLIENT_ID: client, CLIENT_SECRET: secret })).toEqual({ code: 0, output: '' });
      const after = await issued(client);
      for (const { dialect } of DIALECTS) {
        expect((after[dialect] ?? 0) - (before[dialect] ?? 0)).toBe(ways * TOKENS_OF_A_LOGIN[script]);
      }
    });

    it('gets no token with a wrong secret, and says why', async () => {
      const before = await issued('strict');
      const { code, output } = await run(script, { CLIENT_ID: 'strict', CLIENT_SECRET: 'wrong' });
      expect(code).toBe(1);
      expect(output).toContain('WWW-Authenticate');
      expect(await issued('strict')).toEqual(before);
    });

    it('talks to no service whose certificate it does not trust', async () => {
      const { code, output } = await run(script, { CLIENT_ID: 'spa', CLIENT_SECRET: '', NODE_EXTRA_CA_CERTS: '' });
      expect(code).toBe(1);
      expect(output).toContain('DEPTH_ZERO_SELF_SIGNED_CERT');
    });
  });
});

/** Node runs the scripts without Jest, and knows no TypeScript. */
function compileVisitor(): void {
  const { code } = transformFileSync(path.resolve(__dirname, '../harness/visitor.ts'), {
    swcrc: false,
    module: { type: 'es6' },
    jsc: { target: 'es2023', parser: { syntax: 'typescript' } },
  });
  fs.mkdirSync(path.dirname(VISITOR), { recursive: true });
  fs.writeFileSync(VISITOR, code);
}
