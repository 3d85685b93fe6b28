import { decodeJwt } from 'jose';
import { readWorld } from '../../src/seed/read-world';
import { WorldSeeder } from '../../src/seed/world-seeder';
import { askToken, CODE_WORLD, expectRefused, LoggedInBrowser, userinfo } from '../harness/codes';
import { DIALECTS } from '../harness/dialects';
import { type Answer, basic } from '../harness/http';
import { ADA_LOGIN, type Asking, authorizeUrl, logInAt, newPkce, REDIRECT_URI, redeem } from '../harness/login-world';
import { eventsOf, expectInvalidRefreshToken, reasonOf, refresh, whileDisabled } from '../harness/people';
import { type Service, startService } from '../harness/service';
import { titleOf, type Visitor } from '../harness/visitor';

const BOB_LOGIN = { username: 'bob', password: 'bob-password' };
const REUSED = 'an authorization code was redeemed again';

describe('authorization_code', () => {
  let service: Service;
  let browser: LoggedInBrowser;

  beforeAll(async () => {
    service = await startService({ world: CODE_WORLD });
    browser = await LoggedInBrowser.open(service);
  });
  afterAll(() => service?.stop());

  async function logOut(visitor: Visitor, step: 'logout' | 'logout-everywhere'): Promise<void> {
    const question = await visitor.open('/oauth2/logout');
    expect(titleOf(question)).toBe('Log out?');
    expect(titleOf(await visitor.submit(question, { step }))).not.toBe('Log out?');
  }

  async function logInAgain(visitor: Visitor, domain: string, login: typeof ADA_LOGIN): Promise<void> {
    const { leftTo } = await logInAt(visitor, authorizeUrl({ parameters: { prompt: 'login', domain } }), login);
    expect(leftTo?.searchParams.has('code')).toBe(true);
  }

  describe.each(DIALECTS)('in $dialect, between login and redemption,', ({ dialect }) => {
    async function afterMembershipEnds<T>(work: () => Promise<T>): Promise<T> {
      const { database } = service;
      const [lost] = await database.query<{ roles: string[] }>(
        "DELETE FROM memberships WHERE user_id = 'u-ada' AND org_id = 'beta' RETURNING roles",
      );
      try {
        return await work();
      } finally {
        await database.query("INSERT INTO memberships VALUES ('u-ada', 'beta', $1, '[]')", [lost?.roles]);
      }
    }

    const whileAway = (kind: 'user' | 'org' | 'client', id: string) => (work: () => Promise<Answer>) =>
      whileDisabled(service.database, kind, id, work);

    it.each([
      ['the user is disabled', whileAway('user', 'u-ada'), { reason: /^its user is disabled or gone$/ }],
      ['the org is disabled', whileAway('org', 'beta'), { reason: /^user u-ada has no part in org beta, or one / }],
      ['the user leaves the org', afterMembershipEnds<Answer>, { reason: /^user u-ada has no part in org beta, / }],
      [
        'the client is disabled',
        whileAway('client', 'web'),
        {
          error: 'invalid_client',
          status: dialect === 'csp' ? 400 : 401,
          reason: /^the client is unknown or disabled, or its org is disabled$/,
        },
      ],
    ])('refuses the code when %s', async (_what, during, refusal) => {
      const asking = { dialect, parameters: { orgId: 'beta', scope: 'openid' } };
      const [code, other] = [await browser.code(asking), await browser.code(asking)];
      const answer = await during(() => redeem(service, code, { dialect }));
      await expectRefused(service, answer, dialect, refusal);
      expect(await redeem(service, other, { dialect })).toMatchObject({ status: 200 });
    });

    it.each([
      ['logs out', (visitor: Visitor) => logOut(visitor, 'logout')],
      [
        'logs out everywhere with another browser',
        async () => logOut((await LoggedInBrowser.open(service)).visitor, 'logout-everywhere'),
      ],
      ['gives way to another', (visitor: Visitor) => logInAgain(visitor, 'beta.example', BOB_LOGIN)],
    ])('refuses the code when the user %s', async (_what, leave) => {
      const { visitor, code } = await ownBrowserAndCode();
      await leave(visitor);
      const answer = await redeem(service, code, { dialect });
      await expectRefused(service, answer, dialect, { reason: /^the user has logged out$/ });
    });

    it.each([
      ['logs out with another browser', async () => logOut((await LoggedInBrowser.open(service)).visitor, 'logout')],
      ['logs in again', (visitor: Visitor) => logInAgain(visitor, 'acme.example', ADA_LOGIN)],
    ])('takes the code when the user %s', async (_what, act) => {
      const { visitor, code } = await ownBrowserAndCode();
      await act(visitor);
      expect(await redeem(service, code, { dialect })).toMatchObject({ status: 200 });
    });

    async function ownBrowserAndCode() {
      const own = await LoggedInBrowser.open(service);
      return { visitor: own.visitor, code: await own.code({ dialect }) };
    }
  });

  describe.each(DIALECTS)('in $dialect, when a code is redeemed again,', ({ dialect }) => {
    /** A code that was redeemed, and how to redeem it again. */
    async function redeemed(asking: Asking = {}) {
      const pkce = newPkce();
      const client = asking.client ?? 'web';
      const code = await browser.code({ dialect, ...asking }, pkce);
      const again = (wrong: Asking['parameters'] = {}, by = client) =>
        redeem(service, code, { client: by, dialect, parameters: { code_verifier: pkce.verifier, ...wrong } });
      const first = await again();
      expect(first).toMatchObject({ status: 200 });
      const { json } = first;
      return {
        code,
        again,
        client,
        accessToken: String(json.access_token),
        refreshToken: String(json.refresh_token),
        family: String(decodeJwt(String(json.access_token)).sid),
      };
    }

    type Redeemed = Awaited<ReturnType<typeof redeemed>>;

    const refreshOf = ({ refreshToken, client }: Redeemed) => refresh(service, refreshToken, {}, { client, dialect });

    async function expectAlive(login: Redeemed): Promise<void> {
      expect(await userinfo(service, dialect, login.accessToken)).toMatchObject({ status: 200 });
      expect(await refreshOf(login)).toMatchObject({ status: 200 });
    }

    async function expectEnded(login: Redeemed): Promise<void> {
      expect(await userinfo(service, dialect, login.accessToken)).toMatchObject({ status: 401 });
      const answer = await refreshOf(login);
      expectInvalidRefreshToken(answer, dialect);
      expect(await reasonOf(service.database, answer)).toBe(`its login has ended: ${REUSED}: the login may be stolen`);
    }

    it('refuses it and ends the login that it began, with an event, once', async () => {
      const [login, bystander] = [await redeemed(), await redeemed()];
      await expectAlive(login);
      const answer = await login.again();
      await expectRefused(service, answer, dialect, { reason: new RegExp(`^${REUSED}$`) });
      const events = await eventsOf(service.database, answer);
      expect(events.filter(({ action }) => action === 'family.end')).toMatchObject([
        {
          outcome: 'allowed',
          reason: `${REUSED}: the login may be stolen`,
          client_id: 'web',
          family: login.family,
        },
      ]);
      await expectEnded(login);
      const third = await login.again();
      await expectRefused(service, third, dialect, { reason: new RegExp(`^${REUSED}$`) });
      expect(await eventsOf(service.database, third)).toHaveLength(1);
      await expectAlive(bystander);
    });

    it('ends the login even after the code expired, and after the refresh token rotated', async () => {
      const nonce = newPkce().verifier;
      const login = await redeemed({ client: 'web-es', parameters: { nonce } });
      const refreshed = await refreshOf(login);
      expect(refreshed).toMatchObject({ status: 200 });
      const sql = "UPDATE authorization_codes SET expires_at = now() - interval '1 h' WHERE nonce = $1";
      await service.database.query(sql, [nonce]);
      await expectRefused(service, await login.again(), dialect, { reason: new RegExp(`^${REUSED}$`) });
      await expectEnded({ ...login, refreshToken: String(refreshed.json.refresh_token) });
    });

    it.each([
      ['another client', (login: Redeemed) => login.again({}, 'web-es'), /^it was given to client web$/],
      [
        'a wrong verifier',
        (login: Redeemed) => login.again({ code_verifier: newPkce().verifier }),
        /^the code verifier is wrong$/,
      ],
      ['no verifier', (login: Redeemed) => login.again({ code_verifier: undefined }), /^the code verifier is missing$/],
      [
        'another redirect URI',
        (login: Redeemed) => login.again({ redirect_uri: `${REDIRECT_URI}/` }),
        /^the redirect URI is not the one it was sent to$/,
      ],
    ])('leaves the login alone if it is with %s', async (_what, again, reason) => {
      const login = await redeemed();
      await expectRefused(service, await again(login), dialect, { reason });
      await expectAlive(login);
    });

    it('leaves the login alone if the client fails to prove who it is', async () => {
      const login = await redeemed();
      const form = { grant_type: 'authorization_code', code: login.code, redirect_uri: REDIRECT_URI };
      const answer = await askToken(service, dialect, form, basic('web', 'wrong'));
      const status = dialect === 'csp' ? 400 : 401;
      const refusal = { error: 'invalid_client', status, reason: /^the secret is wrong or expired$/ };
      await expectRefused(service, answer, dialect, refusal);
      await expectAlive(login);
    });
  });

  // Contract: "Disabling a user, client or org ends what it had at once; enabling it again revives no token."
  it('refuses a code and what came from one after the user was disabled and enabled again', async () => {
    const own = await LoggedInBrowser.open(service);
    const { json } = await redeem(service, await own.code());
    const code = await own.code();
    const disabled = CODE_WORLD.replace('    username: ada\n', '    username: ada\n    disabled: true\n');
    expect(disabled).not.toBe(CODE_WORLD);
    for (const world of [disabled, CODE_WORLD]) {
      const seeding = service.app
        .get(WorldSeeder)
        .apply(readWorld(world, 'test world'), 'test world', { update: true });
      expect((await seeding).changed).toEqual(['user u-ada: disabled']);
    }
    expect(await redeem(service, code)).toMatchObject({ status: 400, json: { error: 'invalid_grant' } });
    expectInvalidRefreshToken(await refresh(service, String(json.refresh_token), {}, { client: 'web' }), 'oauth');
    expect(titleOf(await own.visitor.open(authorizeUrl()))).toBe('Log in');
    expect(await redeem(service, await own.code())).toMatchObject({ status: 200 });
  });

  it('ends what another client got in exchange for a token of the login, too', async () => {
    const code = await browser.code({ client: 'origin', dialect: 'csp' });
    const asking: Asking = { client: 'origin', dialect: 'csp' };
    const { json } = await redeem(service, code, asking);
    const exchange = () =>
      askToken(
        service,
        'csp',
        {
          grant_type: 'client_exchange',
          subject_token: String(json.access_token),
          subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
        },
        basic('mover', 'mover-secret'),
      );
    const child = await exchange();
    const mover = { client: 'mover', dialect: 'csp' } as const;
    const refreshChild = () => refresh(service, String(child.json.refresh_token), {}, mover);
    expect(await refreshChild()).toMatchObject({ status: 200 });
    expect(await userinfo(service, 'csp', child.json.access_token)).toMatchObject({ status: 200 });

    await expectRefused(service, await redeem(service, code, asking), 'csp', { reason: new RegExp(`^${REUSED}$`) });
    const refreshed = await refreshChild();
    expectInvalidRefreshToken(refreshed, 'csp');
    expect(await reasonOf(service.database, refreshed)).toBe(`its login has ended: ${REUSED}: the login may be stolen`);
    expect(await userinfo(service, 'csp', child.json.access_token)).toMatchObject({ status: 401 });
    await expectRefused(service, await exchange(), 'csp', { reason: /^its login has ended$/ });
  });
});
