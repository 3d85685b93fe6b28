import { askToken, CODE_WORLD, LoggedInBrowser, userinfo } from '../harness/codes';
import { DIALECTS, type DialectName } from '../harness/dialects';
import { type Asking, newPkce, REDIRECT_URI, redeem } from '../harness/login-world';
import { errorName } from '../harness/error-shape';
import { type Answer, basic, send } from '../harness/http';
import { ADAS_SCOPE, eventsOf, refresh } from '../harness/people';
import { ISSUER, type Service, startService } from '../harness/service';
import { verifyToken } from '../harness/tokens';

const CSP_ISSUER = 'https://csp.test';

const anyNumber = expect.any(Number) as number;
const anyText = expect.stringMatching(/./) as string;
const anySecret = expect.stringMatching(/^[A-Za-z0-9_-]{64}$/) as string;

const STANDARD_BODY = {
  access_token: anyText,
  token_type: 'Bearer',
  id_token: anyText,
  refresh_token: anySecret,
  expires_in: 300,
  scope: ADAS_SCOPE,
};

describe('authorization_code', () => {
  let service: Service;
  let browser: LoggedInBrowser;

  beforeAll(async () => {
    service = await startService({ world: CODE_WORLD, env: { CSP_ISSUER } });
    browser = await LoggedInBrowser.open(service);
  });
  afterAll(() => service?.stop());

  /** Gets a code with a challenge and redeems it. */
  async function tokens(
    { client = 'web', dialect = 'oauth', parameters = {} }: Asking = {},
    form: Record<string, string> = {},
  ): Promise<Answer> {
    const pkce = newPkce();
    const code = await browser.code({ client, dialect, parameters }, pkce);
    return redeem(service, code, { client, dialect, parameters: { code_verifier: pkce.verifier, ...form } });
  }

  async function claimsOf(answer: Answer, dialect: DialectName) {
    expect(answer).toMatchObject({ status: 200 });
    return (await verifyToken(service.url, String(answer.json.access_token), dialect)).payload;
  }

  it('answers as the csp dialect does', async () => {
    const answer = await tokens({ dialect: 'csp' });
    expect(answer.json).toEqual({
      ...STANDARD_BODY,
      token_type: 'bearer',
      issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
    });
    const claims = await claimsOf(answer, 'csp');
    expect(claims).toEqual({
      iss: CSP_ISSUER,
      sub: 'acme.example:u-ada',
      azp: 'web',
      aud: CSP_ISSUER,
      iat: anyNumber,
      exp: (claims.iat ?? 0) + 300,
      jti: anyText,
      domain: 'acme.example',
      context: 'acme',
      context_name: 'acme',
      username: 'ada',
      acct: 'ada@acme.example',
      scope: ADAS_SCOPE,
      perms: ['csp:org_owner', 'external/tmc/tmc:admin'],
      sid: anyText,
      auth_time: anyNumber,
    });
  });

  it('answers as the identity-manager dialect does', async () => {
    const answer = await tokens({ dialect: 'identity-manager' });
    expect(answer.json).toEqual(STANDARD_BODY);
    const claims = await claimsOf(answer, 'identity-manager');
    expect(claims).toEqual({
      jti: anyText,
      prn: 'ada@ACME',
      prn_type: 'USER',
      domain: 'acme.example',
      user_id: 'u-ada',
      auth_time: anyNumber,
      iss: `${ISSUER}/SAAS/auth`,
      aud: `${ISSUER}/SAAS/auth/oauthtoken`,
      scp: ADAS_SCOPE,
      idp: 'acme.example',
      eml: 'ada@acme.example',
      cid: 'web',
      exp: (claims.iat ?? 0) + 300,
      iat: anyNumber,
      sub: 'u-ada',
      org_id: 'acme',
      sid: anyText,
    });
  });

  it('answers as RFC 9068 says', async () => {
    const answer = await tokens();
    expect(answer.json).toEqual(STANDARD_BODY);
    const claims = await claimsOf(answer, 'oauth');
    expect(claims).toEqual({
      iss: ISSUER,
      sub: 'u-ada',
      aud: ISSUER,
      client_id: 'web',
      iat: anyNumber,
      exp: (claims.iat ?? 0) + 300,
      jti: anyText,
      scope: ADAS_SCOPE,
      org_id: 'acme',
      sid: anyText,
      auth_time: anyNumber,
    });
  });

  describe.each(DIALECTS)('in $dialect', ({ dialect }) => {
    it('begins a login that can be refreshed and asked about', async () => {
      const answer = await tokens({ dialect });
      const { sid } = await claimsOf(answer, dialect);
      const again = await refresh(service, String(answer.json.refresh_token), {}, { client: 'web', dialect });
      const claims = await claimsOf(again, dialect);
      expect({ sid: claims.sid, scope: again.json.scope }).toEqual({ sid, scope: ADAS_SCOPE });
      for (const { json } of [answer, again]) {
        expect(await userinfo(service, dialect, json.access_token)).toMatchObject({ status: 200 });
      }
    });

    it('commits an event that names user, org and login before it answers', async () => {
      const answer = await tokens({ dialect });
      const { sid } = await claimsOf(answer, dialect);
      expect(await eventsOf(service.database, answer)).toMatchObject([
        {
          action: 'token.issue',
          outcome: 'allowed',
          client_id: 'web',
          subject: 'acme.example:u-ada',
          org_id: 'acme',
          family: sid,
        },
      ]);
    });

    it('works for a public client without a secret, whose refresh tokens rotate', async () => {
      const pkce = newPkce();
      const code = await browser.code({ client: 'spa', dialect }, pkce);
      const parameters = { code_verifier: pkce.verifier };
      const answer = await redeem(service, code, { client: 'spa', dialect, parameters });
      expect(answer).toMatchObject({ status: 200, json: { refresh_token: anySecret } });
      const form = { grant_type: 'refresh_token', refresh_token: String(answer.json.refresh_token), client_id: 'spa' };
      const again = await askToken(service, dialect, form);
      expect(again).toMatchObject({ status: 200, json: { refresh_token: anySecret } });
      expect(again.json.refresh_token).not.toBe(answer.json.refresh_token);
    });

    it('gives no refresh token to a client without that grant', async () => {
      const { status, json } = await tokens({ client: 'no-refresh', dialect });
      expect({ status, refresh: json.refresh_token }).toEqual({
        status: 200,
        refresh: dialect === 'csp' ? null : undefined,
      });
    });

    it('gives what the user agreed to, for the org of the login, or less', async () => {
      const parameters = { orgId: 'beta', scope: 'openid csp:org_member' };
      const all = await tokens({ dialect, parameters });
      expect(all).toMatchObject({ status: 200, json: { scope: 'openid csp:org_member' } });
      const more = await tokens({ dialect, parameters }, { scope: 'openid profile' });
      expect(more).toMatchObject({ status: 200, json: { scope: 'openid' } });
      const { context, org_id: orgId } = await claimsOf(more, dialect);
      expect(dialect === 'csp' ? context : orgId).toBe('beta');
    });

    it('narrows the login for good where the token request asks for less', async () => {
      const answer = await tokens({ dialect }, { scope: 'profile openid' });
      expect(answer).toMatchObject({ status: 200, json: { scope: 'openid profile' } });
      const asking = { client: 'web', dialect };
      const refreshToken = String(answer.json.refresh_token);
      expect(await refresh(service, refreshToken, {}, asking)).toMatchObject({ json: { scope: 'openid profile' } });
      const more = await refresh(service, refreshToken, { scope: 'openid csp:org_owner' }, asking);
      if (dialect === 'identity-manager') expect(more).toMatchObject({ status: 200, json: { scope: 'openid' } });
      else expect([more.status, errorName(more, dialect)]).toEqual([400, 'invalid_scope']);
    });

    it.each([
      ['60', 60, '600', 600],
      ['301', 300, '86401', 86_400],
      ['0', 300, '-1', 86_400],
      ['NaN', 300, '', 86_400],
    ])('takes %s s to mean %i, and %s s of the refresh token to mean %i', async (access, means, asked, lasts) => {
      const form = { accessTokenValiditySeconds: access, refreshTokenValiditySeconds: asked };
      const answer = await tokens({ dialect }, form);
      const { sid, exp = 0, iat = 0 } = await claimsOf(answer, dialect);
      expect({ expiresIn: answer.json.expires_in, lifetime: exp - iat }).toEqual({ expiresIn: means, lifetime: means });
      const [family] = await service.database.query(
        'SELECT round(extract(epoch FROM expires_at - created_at))::int AS seconds FROM families WHERE id = $1',
        [sid],
      );
      expect(family).toEqual({ seconds: lasts });
    });

    it.each(DIALECTS.filter((other) => other.dialect !== dialect))('redeems a code of $dialect', async (other) => {
      const pkce = newPkce();
      const code = await browser.code({ dialect: other.dialect, parameters: { nonce: 'n' } }, pkce);
      const answer = await redeem(service, code, { dialect, parameters: { code_verifier: pkce.verifier } });
      const { iss } = await claimsOf(answer, dialect);
      expect(iss).toBe({ csp: CSP_ISSUER, 'identity-manager': `${ISSUER}/SAAS/auth`, oauth: ISSUER }[dialect]);
    });
  });

  it.each(['application/json', 'application/x-www-form-urlencoded'])(
    'is redeemed at the older name of the token endpoint with %s, too',
    async (type) => {
      const pkce = newPkce();
      const code = await browser.code({ dialect: 'csp' }, pkce);
      const parameters = {
        grant_type: 'authorization_code',
        code,
        redirect_uri: REDIRECT_URI,
        code_verifier: pkce.verifier,
      };
      const answer = await send(`${service.url}/csp/gateway/am/api/auth/authorize`, {
        method: 'POST',
        headers: { 'Content-Type': type, ...basic('web', 'web-secret') },
        body: type === 'application/json' ? JSON.stringify(parameters) : new URLSearchParams(parameters).toString(),
      });
      expect(answer.json).toMatchObject({ token_type: 'bearer', id_token: anyText, scope: ADAS_SCOPE });
    },
  );

  it('leaves out a role that the user lost since the login, and adds none that it got', async () => {
    const roles = (names: string[]) =>
      service.database.query("UPDATE memberships SET roles = $1 WHERE user_id = 'u-ada' AND org_id = 'acme'", [names]);
    const code = await browser.code();
    await roles(['org_member']);
    const answer = await redeem(service, code).finally(() => roles(['org_owner']));
    expect(answer).toMatchObject({ status: 200, json: { scope: 'openid profile external/tmc/tmc:admin' } });
  });

  it('keeps codes, of 43 characters, only as a hash', async () => {
    const code = await browser.code({ parameters: { nonce: 'a-nonce-to-find' } });
    expect(code).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(await tablesWith('a-nonce-to-find')).toEqual([
      'authorization_codes',
      expect.stringMatching(/^authorization_codes_\d/), // its partition
    ]);
    expect(await tablesWith(code)).toEqual([]);
    expect(await redeem(service, code)).toMatchObject({ status: 200 });
    expect(await tablesWith(code)).toEqual([]);
  });

  async function tablesWith(text: string): Promise<string[]> {
    const tables = await service.database.query<{ name: string }>(
      `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'`,
    );
    const found: string[] = [];
    for (const { name } of tables) {
      const sql = `SELECT 1 FROM "${name}" AS one WHERE strpos(one::text, $1) > 0 LIMIT 1`;
      if ((await service.database.query(sql, [text])).length > 0) found.push(name);
    }
    return found;
  }
});
