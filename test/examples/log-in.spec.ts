import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { builtService } from '../harness/built-service';
import { removeFolder, scratchFolder } from '../harness/scratch-folder';
import { endServiceProcesses, type ServiceProcess, startServiceProcess } from '../harness/service-process';
import { createTestDatabase, type TestDatabase } from '../harness/test-database';
import { verifyToken } from '../harness/tokens';
import { linksOf, plainText, titleOf, type Visit, Visitor } from '../harness/visitor';

const SCRIPT = path.resolve(__dirname, '../../examples/log-in.mjs');

/** The script as a person runs it who has started the service for the first time. */
describe('examples/log-in.mjs', () => {
  let folder: string;
  let database: TestDatabase;
  let service: ServiceProcess;
  let script: Script | undefined;

  beforeAll(async () => {
    folder = scratchFolder();
    database = await createTestDatabase();
    await builtService();
    service = await startServiceProcess({ cwd: folder, env: { DATABASE_URL: database.url } });
  }, 120_000);
  afterEach(() => script?.end());
  afterAll(async () => {
    await endServiceProcesses();
    await database?.drop();
    if (folder !== undefined) removeFolder(folder);
  });

  /** Opens what the script prints, logs in and decides about the consent: ends where the browser leaves the service. */
  async function logIn(asking: Script, domain: string, username: string, decision: 'allow' | 'refuse'): Promise<Visit> {
    const [, password = ''] = /password of ada, bob and support: (\S+)/.exec(service.stdout) ?? [];
    const visitor = new Visitor(service.issuer);
    const domains = await visitor.open(await asking.printedUrl());
    expect(titleOf(domains)).toBe('Choose your domain');
    const login = await visitor.open(linksOf(domains.text).get(domain) ?? '');
    const consent = await visitor.submit(login, { username, password });
    expect(plainText(consent.text)).toContain('Demonstration app of Beta Limited asks to act for you');
    return visitor.submit(consent, { decision });
  }

  it('prints the tokens of whoever logs in', async () => {
    script = new Script(service.issuer);
    const { leftTo } = await logIn(script, 'Acme acme.example', 'ada', 'allow');
    const page = await fetch(leftTo ?? '');
    expect(await page.text()).toBe('You are logged in. This window can be closed.');

    expect(await script.exitCode).toBe(0);
    const tokens = JSON.parse(script.stdout) as Record<string, unknown>;
    expect(tokens).toMatchObject({
      token_type: 'Bearer',
      scope: 'openid profile',
      refresh_token: expect.any(String) as string,
    });
    const accessToken = await verifyToken(service.issuer, String(tokens.access_token));
    expect(accessToken.payload).toMatchObject({ sub: 'ada', client_id: 'demo-app', org_id: 'acme' });
    const idToken = await verifyToken(service.issuer, String(tokens.id_token));
    expect(idToken.payload).toMatchObject({ sub: 'ada', aud: 'demo-app', email: 'ada@acme.example' });
  });

  it('says why it has no tokens when its user refuses', async () => {
    script = new Script(service.issuer);
    const { leftTo } = await logIn(script, 'Beta beta.example', 'bob', 'refuse');
    await fetch(leftTo ?? '');

    expect(await script.exitCode).toBe(1);
    expect(script.stderr).toContain('access_denied: The user refused.');
    expect(script.stdout).toBe('');
  });
});

class Script {
  stdout = '';
  stderr = '';
  readonly exitCode: Promise<number | null>;
  private readonly child: ChildProcess;

  constructor(issuer: string) {
    const child = spawn(process.execPath, [SCRIPT, issuer], {
      env: { PATH: process.env.PATH },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stdout.setEncoding('utf8').on('data', (text: string) => (this.stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    this.exitCode = once(child, 'close').then(() => child.exitCode);
    this.child = child;
  }

  /** Where it asks its user to go. */
  async printedUrl(): Promise<string> {
    for (;;) {
      const [url] = /http\S+(?=\n)/.exec(this.stderr) ?? [];
      if (url !== undefined) return url;
      if (this.child.exitCode !== null) throw new Error(`The script ended:\n${this.stderr}`);
      await sleep(20);
    }
  }

  async end(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.exitCode;
  }
}
