import { DIALECTS, type DialectName } from './dialects';
import type { ExchangeWorld, Login } from './exchange-world';
import { errorName } from './error-shape';
import { FORGED_TOKENS } from './forged-tokens';

interface Exchange {
  readonly grant: string;
  readonly dialect: DialectName;
  /** Whose login at `app` is exchanged. */
  readonly user: string;
  /** Who exchanges it. */
  readonly client: string;
  /** The grant's own parameters; each is needed unless it is named as optional. */
  readonly form: (accessToken: string) => Record<string, string>;
  readonly optional?: readonly string[];
  /** What the dialect calls a token that is not valid: RFC 8693 section 2.2.2 has a name of its own. */
  readonly invalidToken: 'invalid_grant' | 'invalid_request';
  /** Who may act with the token that was issued; absent where that is no access token. */
  readonly nextActor?: string;
}

/** What every grant that exchanges an access token refuses, and when it stops. */
export function describeExchangeRefusals(worldOf: () => ExchangeWorld, exchange: Exchange): void {
  const { grant, dialect, user, client, form, optional = [], invalidToken, nextActor } = exchange;
  const invalid = { status: 400, error: invalidToken };

  const ask = (token: string, more: Record<string, string> = {}, by = client, spoken = dialect) =>
    worldOf().ask(by, { grant_type: grant, ...form(token), ...more }, spoken);

  describe('refuses', () => {
    let login: Login;
    beforeAll(async () => {
      login = await worldOf().login(user);
    });

    it.each(FORGED_TOKENS)('$name', async ({ make, reason }) => {
      const forged = await make(login, worldOf());
      const answer = await ask(forged);
      await worldOf().expectRefused(answer, { ...invalid, reason }, dialect);
      const [event] = await worldOf().events(answer);
      expect(JSON.stringify(event)).not.toContain(forged);
    });

    it.each(Object.keys(form('')).filter((name) => !optional.includes(name)))('a request without %s', async (name) => {
      const answer = await ask(login.accessToken, { [name]: '' });
      const refusal = { status: 400, error: 'invalid_request', reason: new RegExp(`\\b${name} `), told: true };
      await worldOf().expectRefused(answer, refusal, dialect);
    });

    it.each(
      Object.keys(form(''))
        .filter((name) => name.endsWith('_type'))
        .flatMap((name) => [
          { name, value: 'urn:ietf:params:oauth:token-type:id_token' },
          { name, value: 'urn:ietf:params:oauth:token-type:jwt' },
          { name, value: 'access_token' },
        ]),
    )('$name $value', async ({ name, value }) => {
      const answer = await ask(login.accessToken, { [name]: value });
      const reason = new RegExp(`\\b${name} must be `);
      await worldOf().expectRefused(answer, { status: 400, error: 'invalid_request', reason, told: true }, dialect);
    });

    it('a scope that the client lacks', async () => {
      const refusal = { status: 400, error: 'invalid_scope', reason: /the client lacks 1 of .*: root/ };
      await worldOf().expectRefused(await ask(login.accessToken, { scope: 'openid root' }), refusal, dialect);
    });

    it('a client for which it is not switched on', async () => {
      const reason = /not switched on/;
      const refusal = { status: 400, error: 'unauthorized_client', reason, told: true };
      await worldOf().expectRefused(await ask(login.accessToken, {}, 'bare'), refusal, dialect);
    });

    it.each(DIALECTS.filter((other) => other.dialect !== dialect))('to be asked in $dialect', async (other) => {
      const answer = await ask(login.accessToken, {}, client, other.dialect);
      const refusal = { status: 400, error: 'unsupported_grant_type', reason: /not supported here/, told: true };
      await worldOf().expectRefused(answer, refusal, other.dialect);
    });

    it('a client that is not authenticated, before it looks at the token', async () => {
      const wrong = { Authorization: `Basic ${Buffer.from(`${client}:wrong`).toString('base64')}` };
      const answer = await worldOf().ask(client, { grant_type: grant, ...form('garbage') }, dialect, wrong);
      expect(errorName(answer, dialect)).toBe('invalid_client');
      expect(await worldOf().events(answer)).toMatchObject([{ outcome: 'refused', error: 'invalid_client' }]);
    });
  });

  describe('ends', () => {
    let login: Login;
    let exchanged: Record<string, unknown>;

    beforeEach(async () => {
      login = await worldOf().login(user);
      const answer = await ask(login.accessToken);
      expect(answer).toMatchObject({ status: 200 });
      exchanged = answer.json;
    });

    /** Where there is no refresh token, there is nothing to refuse. */
    async function expectRefreshRefused(reason: RegExp): Promise<void> {
      if (typeof exchanged.refresh_token !== 'string') return;
      const answer = await worldOf().refresh(client, exchanged.refresh_token, dialect);
      await worldOf().expectRefused(answer, { status: 400, error: 'invalid_refresh_token', reason }, dialect);
    }

    it('with the login', async () => {
      const issued = String(exchanged.access_token);
      if (nextActor !== undefined) expect(await worldOf().delegate(nextActor, issued)).toMatchObject({ status: 200 });
      await worldOf().endLogin(login.family);
      const reason = /its login has ended/;
      await worldOf().expectRefused(await ask(login.accessToken), { ...invalid, reason }, dialect);
      await expectRefreshRefused(reason);
      if (nextActor === undefined) return;
      const refusal = { status: 400, error: 'invalid_grant', reason };
      await worldOf().expectRefused(await worldOf().delegate(nextActor, issued), refusal);
    });

    it('when the user is disabled', async () => {
      await worldOf().whileDisabled('users', user, async () => {
        const answer = await ask(login.accessToken);
        expect([400, 403, 404]).toContain(answer.status);
        expect(await worldOf().events(answer)).toMatchObject([
          { outcome: 'refused', reason: expect.stringMatching(/disabled/) as string },
        ]);
        await expectRefreshRefused(/its user is disabled or gone/);
      });
    });

    it('when the client of the login is disabled', async () => {
      await worldOf().whileDisabled('clients', 'app', async () => {
        const answer = await ask(login.accessToken);
        if (client === 'app') expect(errorName(answer, dialect)).toBe('invalid_client');
        else await worldOf().expectRefused(answer, { ...invalid, reason: /its client is disabled or gone/ }, dialect);
      });
    });
  });
}
