import { execFile } from 'node:child_process';
import { createPublicKey } from 'node:crypto';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { decodeProtectedHeader, jwtVerify } from 'jose';
import { builtService } from '../harness/built-service';
import { DIALECTS, type DialectName } from '../harness/dialects';
import { get } from '../harness/http';
import { processesOf, stillRunning } from '../harness/processes';
import { removeFolder, scratchFolder } from '../harness/scratch-folder';
import { endServiceProcesses, type ServiceProcess, startServiceProcess } from '../harness/service-process';
import { askForToken, publishedKids, verifyToken } from '../harness/tokens';

const SCOPE = 'openid profile csp:org_member';
const TTL = 600;

/** What `npm start` prints; every test begins with a first start in an empty folder and no settings. */
describe('npm start without any setting', () => {
  let folder: string;
  let service: ServiceProcess;

  beforeAll(async () => void (await builtService()), 120_000);
  beforeEach(async () => {
    folder = scratchFolder();
    service = await start();
  });
  afterEach(async () => {
    await endServiceProcesses();
    removeFolder(folder);
  });

  // DATA_DIR by its default, ./data: beside the test's other files.
  const start = () => startServiceProcess({ cwd: folder });
  const dataDir = () => path.join(folder, 'data');
  const curlLines = () => service.stdout.split('\n').filter((line) => line.trim().startsWith('curl '));
  const printedSecret = () => /'demo-client:([A-Za-z0-9_-]{43})'/.exec(service.stdout)?.[1] ?? '';

  /** Runs the line exactly as it was printed; curl's own settings file makes it tell the status as well. */
  async function paste(line: string): Promise<{ status: number; body: Record<string, unknown> }> {
    fs.writeFileSync(path.join(folder, '.curlrc'), 'write-out = "\\n%{http_code}"\n');
    const { stdout } = await promisify(execFile)('sh', ['-c', line], {
      cwd: folder,
      env: { PATH: process.env.PATH, CURL_HOME: folder, HOME: folder },
    });
    const [body = '', status = ''] = stdout.split('\n');
    return { status: Number(status), body: JSON.parse(body) as Record<string, unknown> };
  }

  it('tells where Swagger UI is and who the first administrator is', async () => {
    const [, swagger = ''] = /Swagger UI +(\S+)/.exec(service.stdout) ?? [];
    expect(swagger).toBe(`http://localhost:${service.port}/docs`);
    expect((await get(swagger)).text).toContain('swagger-ui');
    const [, discovery = ''] = /Discovery +(\S+)/.exec(service.stdout) ?? [];
    expect((await get(discovery)).json.issuer).toBe(service.issuer);
    expect(service.stdout).toMatch(/First administrator: admin, domain platform\n +password [A-Za-z0-9_-]{20} /);
    expect(service).toMatchObject({ stderr: '', complaints: [] });
  });

  it('prints a curl line for each dialect, and each gets a token that the published keys verify', async () => {
    const lines = curlLines();
    expect(lines).toHaveLength(DIALECTS.length);
    for (const { dialect, path: tokenPath } of DIALECTS) {
      const { status, body } = await paste(lines.find((line) => line.endsWith(tokenPath)) ?? 'false');
      expect({ dialect, status }).toEqual({ dialect, status: 200 });
      const token = String(body.access_token);
      const { payload, protectedHeader } = await verifyToken(service.issuer, token, dialect);
      expect(protectedHeader).toEqual({
        alg: 'RS256',
        kid: expect.any(String) as string,
        typ: dialect === 'oauth' ? 'at+jwt' : 'JWT',
      });
      const { iat = 0, jti = '' } = payload;
      expect(Math.abs(iat - Date.now() / 1_000)).toBeLessThan(30);
      expect(jti).toMatch(/^\S{16,}$/);
      expect(payload).toEqual({ ...claims(dialect), iat, jti, exp: iat + TTL });
      expect(body).toMatchObject({ expires_in: TTL, scope: SCOPE });
      await expect(verifyWithPem(token)).resolves.toMatchObject({ payload: { jti } });
    }
  });

  /** Beside `iat`, `exp` and `jti`. */
  function claims(dialect: DialectName): Record<string, unknown> {
    const iss = service.issuer;
    if (dialect === 'oauth')
      return { iss, sub: 'demo-client', aud: iss, client_id: 'demo-client', scope: SCOPE, org_id: 'acme' };
    if (dialect === 'csp') {
      const organization = {
        domain: '',
        context: 'acme',
        context_name: 'acme',
        scope: SCOPE,
        perms: ['csp:org_member'],
      };
      const client = { sub: ':demo-client', azp: 'demo-client', username: 'demo-client', acct: 'demo-client' };
      return { iss, aud: iss, ...client, ...organization };
    }
    return {
      prn: 'demo-client@ACME',
      prn_type: 'SERVICE',
      domain: '',
      user_id: 'demo-client',
      auth_time: expect.any(Number) as number,
      iss: `${iss}/SAAS/auth`,
      aud: `${iss}/SAAS/auth/oauthtoken`,
      scp: SCOPE,
      idp: '',
      eml: '',
      org_id: 'acme',
      cid: 'demo-client',
      sub: 'demo-client',
    };
  }

  async function verifyWithPem(token: string) {
    const { json } = await get(`${service.issuer}/csp/gateway/am/api/auth/token-public-key`);
    expect(json).toMatchObject({ alg: 'RS256', issuer: service.issuer });
    return jwtVerify(token, createPublicKey(String(json.value)));
  }

  it('ends at SIGINT although a connection is open over which nothing was ever sent', async () => {
    // Browsers that show Swagger UI open such connections in advance.
    const idle = net.connect(service.port, '127.0.0.1');
    idle.on('error', () => undefined);
    await once(idle, 'connect');
    await get(`${service.url}/health/live`); // by now the service has it, too
    const overdue = setTimeout(() => service.signal('SIGKILL'), 8_000);
    const { code } = await service.stop('SIGINT');
    clearTimeout(overdue);
    idle.destroy();
    expect(code).toBe(0);
  });

  describe.each([
    ['SIGTERM', 0, 'at once'],
    ['SIGKILL', null, 'within 6 s'],
  ] as const)('stopped by %s and started again', (signal, code, postgresEnds) => {
    it(`ends PostgreSQL ${postgresEnds}, and keeps keys, client and tokens without telling a secret again`, async () => {
      const secret = printedSecret();
      const kids = await publishedKids(service.url);
      const token = String((await askForToken(service.url, 'demo-client', secret)).json.access_token);
      const postgres = processesOf(dataDir());
      expect(postgres.length).toBeGreaterThan(2); // the guard, the postmaster and its helpers

      const began = Date.now();
      const exit = await service.stop(signal);
      expect(exit.code).toBe(code);
      expect(Date.now() - began).toBeLessThan(3_000);
      const deadline = Date.now() + (signal === 'SIGKILL' ? 6_000 : 0);
      while (stillRunning(postgres).length > 0 && Date.now() < deadline) await sleep(50);
      expect(stillRunning(postgres)).toEqual([]);

      service = await start();
      expect(await publishedKids(service.url)).toEqual(kids);
      expect(kids).toContain(decodeProtectedHeader(token).kid);
      await expect(verifyToken(service.url, token)).resolves.toBeDefined();
      expect((await askForToken(service.url, 'demo-client', secret)).status).toBe(200);
      expect(service.stdout).not.toMatch(/password|administrator/);
      expect(service.stdout).not.toContain(secret);
      expect(curlLines()).toHaveLength(DIALECTS.length);
      for (const line of curlLines()) expect(line).toContain("'demo-client:<the secret printed at the first start>'");
    });
  });
});
