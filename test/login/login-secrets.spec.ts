import fs from 'node:fs';
import path from 'node:path';
import { pino } from 'pino';
import { cookieOf } from '../harness/browser-sessions';
import {
  ADA_LOGIN,
  AUTHORIZE_PATHS,
  authorizeUrl,
  LOGIN_WORLD,
  logInAt,
  newPkce,
  redeem,
} from '../harness/login-world';
import { removeFolder, scratchFolder } from '../harness/scratch-folder';
import { type Service, startService } from '../harness/service';
import { formOf, type Visit, Visitor } from '../harness/visitor';

const WRONG_PASSWORD = 'a-password-that-is-wrong';
const PASSWORDS = [ADA_LOGIN.password, WRONG_PASSWORD, 'eve-password'];

describe('a login in a browser', () => {
  const folder = scratchFolder();
  const logFile = path.join(folder, 'log');
  /** Everything that came to the browser: status, headers and body. */
  const answers: string[] = [];
  let service: Service;
  let secrets: Record<string, string>;

  beforeAll(async () => {
    const toFile = pino.destination({ dest: logFile, sync: true });
    const destination = jest.spyOn(pino, 'destination').mockReturnValue(toFile);
    service = await startService({ world: LOGIN_WORLD, env: { LOG_LEVEL: 'trace' } });
    destination.mockRestore();
    const spy = recordAnswers();
    secrets = await goThroughAll();
    spy.mockRestore();
  });
  afterAll(async () => {
    await service?.stop();
    removeFolder(folder);
  });

  function recordAnswers() {
    const realFetch = globalThis.fetch;
    return jest.spyOn(globalThis, 'fetch').mockImplementation(async (...request) => {
      const response = await realFetch(...request);
      answers.push(`${response.status}\n${JSON.stringify([...response.headers])}\n${await response.clone().text()}`);
      return response;
    });
  }

  /** A login that works, all that can go wrong with one, and what comes of it: the secrets that it had. */
  async function goThroughAll(): Promise<Record<string, string>> {
    const visitor = new Visitor(service.url);
    const pkce = newPkce();
    const tries: [string, string, number][] = [
      ['ada', WRONG_PASSWORD, 401],
      ['nobody', WRONG_PASSWORD, 401],
      ['eve', 'eve-password', 401],
      ['ada', '', 401],
    ];
    let page: Visit = await visitor.open(authorizeUrl({}, pkce));
    for (const [username, password, status] of tries) {
      page = await visitor.submit(page, { username, password });
      expect(page.status).toBe(status);
    }
    const stolen = await visitor.post(page.url, { step: 'login', ...ADA_LOGIN });
    expect(stolen.status).toBe(403);
    const unclear = await visitor.open(authorizeUrl({ parameters: { domain: '-' } }));
    expect((await visitor.submit(unclear, ADA_LOGIN)).status).toBe(409);
    await visitor.submit(page, { ...ADA_LOGIN, step: 'nonsense' });
    const formToken = formOf(page.text).hidden.form_token ?? '';

    const code = (await visitor.submit(page, ADA_LOGIN)).leftTo?.searchParams.get('code') ?? '';
    const consent = await visitor.open(authorizeUrl({ client: 'partner' }));
    const consented = await visitor.submit(consent, { decision: 'allow' });
    const session = cookieOf(visitor) ?? '';
    await visitor.open(authorizeUrl({ parameters: { redirect_uri: 'https://evil.example/' } }));
    const refused = await redeem(service, code, { parameters: { code_verifier: newPkce().verifier } });
    expect(refused.status).toBe(400);
    const tokens = await redeem(service, code, { parameters: { code_verifier: pkce.verifier } });
    expect(tokens.status).toBe(200);
    expect((await redeem(service, code, { parameters: { code_verifier: pkce.verifier } })).status).toBe(400);
    await visitor.open(`/oauth2/logout?id_token_hint=${String(tokens.json.id_token)}`);
    await withoutTable('browser_sessions', () => logInAt(new Visitor(service.url), authorizeUrl()));
    return {
      code,
      secondCode: consented.leftTo?.searchParams.get('code') ?? '',
      session,
      formToken,
      verifier: pkce.verifier,
      challenge: pkce.challenge,
      clientSecret: 'web-secret',
      accessToken: String(tokens.json.access_token),
      refreshToken: String(tokens.json.refresh_token),
      idToken: String(tokens.json.id_token),
    };
  }

  /** As if the database failed in the middle. */
  async function withoutTable(name: string, work: () => Promise<Visit>): Promise<void> {
    await service.database.query(`ALTER TABLE ${name} RENAME TO away`);
    try {
      const { leftTo } = await work();
      expect(leftTo?.searchParams.get('error')).toBe('server_error');
    } finally {
      await service.database.query(`ALTER TABLE away RENAME TO ${name}`);
    }
  }

  it('never brings a password back, in a page, a header or a redirect', () => {
    expect(answers.length).toBeGreaterThan(15);
    expect(answers.filter((answer) => answer.includes('ada')).length).toBeGreaterThan(3);
    expect(answers.filter((answer) => PASSWORDS.some((password) => answer.includes(password)))).toEqual([]);
  });

  it.each(Object.values(AUTHORIZE_PATHS))('does not send a password on in the URL of %s', async (endpoint) => {
    const response = await fetch(`${service.url}${endpoint}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ client_id: 'web', ...ADA_LOGIN }).toString(),
      redirect: 'manual',
    });
    expect(response.status).toBeLessThan(500);
    expect(response.headers.get('location') ?? '').not.toContain(ADA_LOGIN.password);
    expect(await response.text()).not.toContain(ADA_LOGIN.password);
  });

  it('is in the log, which holds no secret of it, even at its most talkative', () => {
    const log = fs.readFileSync(logFile, 'utf8');
    expect(log.match(/"path":"\/oauth2\/authorize"/g)?.length).toBeGreaterThan(15);
    expect(log).toContain('"path":"/oauth2/token"');
    expect(log).toMatch(/"level":50.*browser_sessions/);
    const all = Object.entries({
      ...secrets,
      ...Object.fromEntries(PASSWORDS.map((password) => [password, password])),
    });
    expect(all.filter(([, secret]) => secret.length < 10)).toEqual([]);
    expect(all.filter(([, secret]) => log.includes(secret)).map(([name]) => name)).toEqual([]);
    const signatures = all.flatMap(([, secret]) => secret.split('.')).filter((part) => part.length > 40);
    expect(signatures.length).toBeGreaterThan(5);
    expect(signatures.filter((part) => log.includes(part))).toEqual([]);
  });
});
