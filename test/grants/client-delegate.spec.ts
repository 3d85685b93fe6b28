import { describeExchangeRefusals } from '../harness/exchange-refusals';
import { ACCESS_TOKEN_TYPE, ADA_IN_ACME, CSP_ISSUER, DAY, ExchangeWorld, type Login } from '../harness/exchange-world';
import { DIALECTS } from '../harness/dialects';

const NARROWED_BY_SERVICE = 'openid profile csp:org_owner';

describe('client_delegate', () => {
  let world: ExchangeWorld;
  let login: Login;

  beforeAll(async () => {
    world = await ExchangeWorld.start();
    login = await world.login('ada');
  });
  afterAll(() => world?.stop());

  it('gives a token of the user with the client as the actor', async () => {
    expect(login.body.scope).toBe(ADA_IN_ACME);
    const { body, claims } = await world.issued(await world.delegate('service', login.accessToken));
    expect(body).toEqual({
      access_token: expect.any(String) as string,
      token_type: 'bearer',
      issued_token_type: ACCESS_TOKEN_TYPE,
      id_token: null,
      refresh_token: expect.stringMatching(/^[A-Za-z0-9_-]{64}$/) as string,
      expires_in: 3_600,
      scope: NARROWED_BY_SERVICE,
    });
    expect(claims).toEqual({
      iss: CSP_ISSUER,
      sub: 'acme.example:ada',
      azp: 'service',
      aud: CSP_ISSUER,
      iat: expect.any(Number) as number,
      exp: (claims.iat ?? 0) + 3_600,
      jti: expect.any(String) as string,
      domain: 'acme.example',
      context: 'acme',
      context_name: 'acme',
      username: 'ada',
      acct: 'Ada@acme.example',
      scope: NARROWED_BY_SERVICE,
      perms: ['csp:org_owner'],
      act: { sub: ':service' },
      sid: expect.any(String) as string,
      auth_time: login.claims.auth_time,
    });
    expect(claims.jti).not.toBe(login.claims.jti);
    expect(claims.sid).not.toBe(login.claims.sid);
  });

  it('commits an event that names everybody', async () => {
    const answer = await world.delegate('service', login.accessToken);
    const { claims, family } = await world.issued(answer);
    expect(await world.events(answer)).toMatchObject([
      {
        action: 'token.issue',
        outcome: 'allowed',
        error: null,
        dialect: 'csp',
        grant_type: 'client_delegate',
        client_id: 'service',
        subject: 'acme.example:ada',
        actor: ':service',
        org_id: 'acme',
        jti: claims.jti,
        family,
      },
    ]);
  });

  it.each(DIALECTS)('takes a token of the $dialect dialect', async ({ dialect }) => {
    const { accessToken } = await world.login('ada', { dialect });
    const { claims } = await world.issued(await world.delegate('service', accessToken));
    expect(claims).toMatchObject({ sub: 'acme.example:ada', scope: NARROWED_BY_SERVICE, act: { sub: ':service' } });
  });

  it.each([
    ['openid auditing external/tmc/tmc:viewer', 'openid'],
    ['csp:org_owner', 'csp:org_owner'],
    ['auditing', ''],
  ])('gives of %s what client and login both have', async (scope, granted) => {
    const { body } = await world.issued(await world.delegate('service', login.accessToken, { scope }));
    expect(body.scope).toBe(granted);
  });

  it('gives no more than a narrowed login has', async () => {
    const { accessToken } = await world.login('ada', { form: { scope: 'openid' } });
    const { claims } = await world.issued(await world.delegate('service', accessToken));
    expect(claims).toMatchObject({ scope: 'openid', perms: [] });
  });

  it('takes away what the user has lost since the login', async () => {
    const roles = (list: string[]) =>
      world.service.database.query("UPDATE memberships SET roles = $1 WHERE user_id = 'ada' AND org_id = 'acme'", [
        list,
      ]);
    await roles([]);
    const answer = await world.delegate('service', login.accessToken).finally(() => roles(['org_owner']));
    expect((await world.issued(answer)).body.scope).toBe('openid profile');
  });

  it('expires no later than the token that it was given', async () => {
    const { accessToken, claims } = await world.login('ada', { form: { accessTokenValiditySeconds: '100' } });
    const delegated = await world.issued(await world.delegate('service', accessToken));
    expect(delegated.claims.exp).toBe(claims.exp);
    const shorter = await world.issued(
      await world.delegate('service', accessToken, { accessTokenValiditySeconds: '30' }),
    );
    expect(shorter.body.expires_in).toBe(30);
  });

  it.each([
    ['', 14 * DAY],
    ['60', 60],
    [String(20 * DAY), 14 * DAY],
  ])('asked for %s seconds, begins a login under that of the user', async (refreshTokenValiditySeconds, seconds) => {
    const { family } = await world.issued(
      await world.delegate('service', login.accessToken, { refreshTokenValiditySeconds }),
    );
    expect(await world.family(family)).toMatchObject({ parent_id: login.family, client_id: 'service', seconds });
  });

  it('begins no login that lasts longer than that of the user', async () => {
    const short = await world.login('ada', { form: { refreshTokenValiditySeconds: '8000' } });
    const { family } = await world.issued(await world.delegate('service', short.accessToken));
    const [parent, child] = [await world.family(short.family), await world.family(family)];
    expect(child.expires_at.getTime()).toBeLessThanOrEqual(parent.expires_at.getTime());
  });

  it('nests the actors, the last one outermost', async () => {
    const first = await world.issued(await world.delegate('service', login.accessToken));
    const answer = await world.delegate('second', first.accessToken);
    const { claims, family } = await world.issued(answer);
    expect(claims).toMatchObject({ azp: 'second', act: { sub: ':second', act: { sub: ':service' } } });
    expect(claims.exp).toBeLessThanOrEqual(first.claims.exp ?? 0);
    expect(await world.family(family)).toMatchObject({ parent_id: first.family });
    expect(await world.events(answer)).toMatchObject([{ subject: 'acme.example:ada', actor: ':second' }]);
  });

  it('keeps the actors when its refresh token is redeemed', async () => {
    const first = await world.issued(await world.delegate('service', login.accessToken));
    const nested = await world.issued(await world.delegate('second', first.accessToken, { scope: 'openid profile' }));
    const answer = await world.refresh('second', nested.refreshToken);
    const { claims, body } = await world.issued(answer);
    expect(claims).toMatchObject({ azp: 'second', sid: nested.family, act: nested.claims.act });
    expect(body).toMatchObject({ scope: 'openid profile', refresh_token: nested.refreshToken, id_token: null });
    expect(await world.events(answer)).toMatchObject([{ actor: ':second', family: nested.family, jti: claims.jti }]);
  });

  it('gives a refresh token that is of no use to another client', async () => {
    const { refreshToken } = await world.issued(await world.delegate('service', login.accessToken));
    const refusal = { status: 400, error: 'invalid_refresh_token', reason: /it belongs to client service/ };
    await world.expectRefused(await world.refresh('app', refreshToken), refusal);
    expect(await world.refresh('service', refreshToken)).toMatchObject({ status: 200 });
  });

  it.each([
    ['a client that is not listed', 'stranger'],
    ['the client of the token itself, which is not listed', 'app'],
    ['one that only another client lists', 'second'],
  ])('refuses %s', async (_, client) => {
    const reason = new RegExp(`^${client} is not in allowedActorsClientDelegate of app$`);
    const answer = await world.delegate(client, login.accessToken);
    await world.expectRefused(answer, { status: 403, error: 'forbidden', reason });
    expect(answer.json).toMatchObject({ cspErrorCode: '540.300', moduleCode: 540 });
  });

  it('refuses the token of a client, for which nobody logged in', async () => {
    const { accessToken } = await world.issued(await world.ask('app', { grant_type: 'client_credentials' }));
    const answer = await world.delegate('service', accessToken);
    await world.expectRefused(answer, { status: 403, error: 'forbidden', reason: /the subject is a client/ });
  });

  it('refuses to refresh when the client of the login is disabled', async () => {
    const { refreshToken } = await world.issued(await world.delegate('service', login.accessToken));
    await world.whileDisabled('clients', 'app', async () => {
      const refusal = { status: 400, error: 'invalid_refresh_token', reason: /disabled|ended/ };
      await world.expectRefused(await world.refresh('service', refreshToken), refusal);
    });
  });

  describeExchangeRefusals(() => world, {
    grant: 'client_delegate',
    dialect: 'csp',
    user: 'ada',
    client: 'service',
    form: (token) => ({ subject_token: token, subject_token_type: ACCESS_TOKEN_TYPE }),
    invalidToken: 'invalid_grant',
    nextActor: 'second',
  });
});
