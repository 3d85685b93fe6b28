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

const SCOPE =
  'openid profile csp:org_member csp:org_admin csp:org_owner external/tmc/tmc:admin external/tmc/tmc:viewer';
const PERMISSIONS = SCOPE.split(' ').slice(2);
const TTL = 600;
const REPOSITORY = path.resolve(__dirname, '../..');

/** What is printed above the curl lines, in this order. */
const TITLES = [
  ...['client_credentials, oauth:', 'client_credentials, csp:', 'client_credentials, identity-manager:'],
  ...[
    'API token:',
    'password:',
    'refresh_token:',
    'context_switch:',
    'client_delegate:',
    'client_exchange:',
    'audience_exchange:',
  ],
  ...['impersonate_user:', 'jwt-bearer:', 'token-exchange:'],
];

/** What `npm start` prints; every test begins with a first start in an empty folder and no settings. */
describe('npm start without any setting but its folder', () => {
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

  // DATA_DIR is ./data by default. It is absolute here because the lines are pasted in another folder than the service's.
  const start = (folderOfData = dataDir()) => startServiceProcess({ cwd: folder, env: { DATA_DIR: folderOfData } });
  const dataDir = () => path.join(folder, 'data');
  const printedSecret = () => /'demo-client:([A-Za-z0-9_-]{43})'/.exec(service.stdout)?.[1] ?? '';

  /** The printed curl lines by what stands above them. */
  function curlLines(): Map<string, string> {
    const lines = service.stdout.split('\n').map((line) => line.trim());
    return new Map(lines.flatMap((line, at) => (line.startsWith('curl ') ? [[lines[at - 1] ?? '', line]] : [])));
  }

  /** Runs the line exactly as it was printed; curl's own settings file makes it tell the status beside the body. */
  async function paste(line = 'false'): Promise<{ status: number; body: Record<string, unknown> }> {
    fs.writeFileSync(path.join(folder, '.curlrc'), 'write-out = "%{stderr}%{http_code}\\n"\n');
    const { stdout, stderr } = await promisify(execFile)('sh', ['-c', line], {
      cwd: REPOSITORY,
      env: { PATH: process.env.PATH, CURL_HOME: folder, HOME: folder },
    });
    const statuses = stderr.trim().split('\n'); // of curls within the line, too: the outer one's is the last
    return { status: Number(statuses.at(-1)), body: JSON.parse(stdout) as Record<string, unknown> };
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
    for (const { dialect, path: tokenPath } of DIALECTS) {
      const line = lines.get(`client_credentials, ${dialect}:`);
      expect(line).toMatch(new RegExp(`${tokenPath}$`));
      const { status, body } = await paste(line);
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
        perms: PERMISSIONS,
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

  it('prints a curl line for each grant, and each gives a token as it is pasted', async () => {
    const lines = curlLines();
    expect([...lines.keys()]).toEqual(TITLES);
    const given = new Map<string, Record<string, unknown>>();
    for (const [title, line] of lines) {
      const { status, body } = await paste(line);
      expect({ title, status, body }).toMatchObject({
        status: 200,
        body: { expires_in: expect.any(Number) as number },
      });
      const dialect = DIALECTS.find(({ path: tokenPath }) => line.endsWith(tokenPath))?.dialect;
      const { payload } = await verifyToken(service.issuer, String(body.access_token ?? body.id_token), dialect);
      if (!title.startsWith('client_credentials')) given.set(title.replace(':', ''), payload);
    }
    const ada = { sub: 'acme.example:ada', context: 'acme' };
    const support = { sub: 'acme.example:support' };
    expect(Object.fromEntries(given)).toMatchObject({
      'API token': { ...ada, azp: 'csp:api-token' },
      password: { ...ada, azp: 'demo-client' },
      refresh_token: { ...ada, azp: 'demo-client' },
      context_switch: { ...ada, context: 'beta', perms: ['csp:org_member', 'external/tmc/tmc:viewer'] },
      client_delegate: { ...ada, azp: 'demo-service', act: { sub: ':demo-service' } },
      client_exchange: { ...ada, azp: 'demo-service' },
      audience_exchange: { ...ada, aud: 'demo-service', email: 'ada@acme.example' },
      impersonate_user: { ...ada, act: support },
      'jwt-bearer': { sub: 'ada', org_id: 'acme', client_id: 'demo-client' },
      'token-exchange': { sub: 'ada', scope: 'openid' },
    });
    expect(service).toMatchObject({ stderr: '', complaints: [] });
  });

  it('prints a line that finds the key of the trusted issuer, whatever the name of its folder', async () => {
    await service.stop();
    service = await start(path.join(folder, "what's this"));
    expect(await paste(curlLines().get('jwt-bearer:'))).toMatchObject({ status: 200 });
  });

  it('prints where that key is at later starts, too', async () => {
    await service.stop();
    service = await start();
    expect(curlLines().get('jwt-bearer:')).toContain(path.join(dataDir(), 'demo-issuer.jwk'));
  });

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
    const overdue = setTimeout(() => service.signal('SIGKILL'), 30_000);
    const { code } = await service.stop('SIGINT');
    clearTimeout(overdue);
    idle.destroy();
    expect(code).toBe(0);
  });

  describe.each([
    ['SIGTERM', 0, 'at once'],
    ['SIGKILL', null, 'soon afterwards'],
  ] as const)('stopped by %s and started again', (signal, code, postgresEnds) => {
    it(`ends PostgreSQL ${postgresEnds}, and keeps keys, client and tokens without telling a secret again`, async () => {
      const secret = printedSecret();
      const secrets =
        service.stdout.match(/(?<=demo-(client|service):)[\w-]{43}|(?<=(?:password|API token)[^:\n]*:? )[\w-]{16,}/g) ??
        [];
      expect(new Set(secrets).size).toBe(5); // both clients', the administrator's, the demonstration's people's, an API token
      const kids = await publishedKids(service.url);
      const token = String((await askForToken(service.url, 'demo-client', secret)).json.access_token);
      const postgres = processesOf(dataDir());
      expect(postgres.length).toBeGreaterThan(2); // the guard, the postmaster and its helpers

      const began = Date.now();
      const exit = await service.stop(signal);
      expect(exit.code).toBe(code);
      expect(Date.now() - began).toBeLessThan(10_000); // most of it for a machine that does other things as well
      const deadline = Date.now() + (signal === 'SIGKILL' ? 20_000 : 0);
      while (stillRunning(postgres).length > 0 && Date.now() < deadline) await sleep(50);
      expect(stillRunning(postgres)).toEqual([]);

      service = await start();
      expect(await publishedKids(service.url)).toEqual(kids);
      expect(kids).toContain(decodeProtectedHeader(token).kid);
      await expect(verifyToken(service.url, token)).resolves.toBeDefined();
      expect((await askForToken(service.url, 'demo-client', secret)).status).toBe(200);
      expect(service.stdout).not.toMatch(/shown only now|administrator/);
      for (const told of secrets) expect(service.stdout).not.toContain(told);
      const lines = curlLines();
      expect([...lines.keys()]).toEqual(TITLES);
      expect(lines.get('password:')).toContain("-d 'password=<the password printed at the first start>'");
      for (const line of lines.values()) {
        expect(line).toMatch(
          /'(demo-(client|service):<the secret of demo-\2|api_token=<the API token) printed at the first start>'/,
        );
      }
    });
  });
});
