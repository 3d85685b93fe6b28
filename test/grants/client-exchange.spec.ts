import { describeExchangeRefusals } from '../harness/exchange-refusals';
import { ACCESS_TOKEN_TYPE, CSP_ISSUER, DAY, ExchangeWorld, type Login } from '../harness/exchange-world';

const form = (token: string) => ({ subject_token: token, subject_token_type: ACCESS_TOKEN_TYPE });

describe('client_exchange', () => {
  let world: ExchangeWorld;
  let login: Login;

  const exchange = (client: string, token: string, more: Record<string, string> = {}) =>
    world.ask(client, { grant_type: 'client_exchange', ...form(token), ...more });

  beforeAll(async () => {
    world = await ExchangeWorld.start();
    login = await world.login('ada');
  });
  afterAll(() => world?.stop());

  it('moves the user to the client, with nobody acting', async () => {
    const { body, claims } = await world.issued(await exchange('service', login.accessToken));
    expect(body).toEqual({
      access_token: expect.any(String) as string,
      token_type: 'bearer',
      issued_token_type: ACCESS_TOKEN_TYPE,
      id_token: null,
      refresh_token: expect.stringMatching(/^[A-Za-z0-9_-]{64}$/) as string,
      expires_in: 3_600,
      scope: 'openid profile csp:org_owner',
    });
    expect(claims).toMatchObject({
      iss: CSP_ISSUER,
      sub: 'acme.example:ada',
      azp: 'service',
      aud: CSP_ISSUER,
      context: 'acme',
      scope: 'openid profile csp:org_owner',
      perms: ['csp:org_owner'],
      auth_time: login.claims.auth_time,
      jti: expect.any(String) as string,
    });
    expect(claims).not.toHaveProperty('act');
    expect(claims.jti).not.toBe(login.claims.jti);
  });

  it('commits an event without an actor', async () => {
    const answer = await exchange('service', login.accessToken);
    const { claims, family } = await world.issued(answer);
    expect(await world.events(answer)).toMatchObject([
      {
        outcome: 'allowed',
        dialect: 'csp',
        grant_type: 'client_exchange',
        client_id: 'service',
        subject: 'acme.example:ada',
        actor: null,
        org_id: 'acme',
        jti: claims.jti,
        family,
      },
    ]);
  });

  it('begins a login of its own, as long as the client has them, under that of the user', async () => {
    const { family } = await world.issued(await exchange('service', login.accessToken));
    expect(family).not.toBe(login.family);
    const row = await world.family(family);
    expect(row).toMatchObject({ parent_id: login.family, client_id: 'service' });
    expect(row.seconds).toBeGreaterThan(89 * DAY);
    expect(row.seconds).toBeLessThanOrEqual(90 * DAY);
  });

  it('begins no login that lasts longer than that of the user', async () => {
    const short = await world.login('ada', { form: { refreshTokenValiditySeconds: '8000' } });
    const { family } = await world.issued(await exchange('service', short.accessToken));
    const [parent, child] = [await world.family(short.family), await world.family(family)];
    expect(child.expires_at.getTime()).toBeLessThanOrEqual(parent.expires_at.getTime());
  });

  it('narrows to what is asked for, and never beyond the login', async () => {
    const narrowed = await world.login('ada', { form: { scope: 'openid csp:org_owner' } });
    const scope = 'openid profile auditing';
    expect((await world.issued(await exchange('service', login.accessToken, { scope }))).body.scope).toBe(
      'openid profile',
    );
    expect((await world.issued(await exchange('service', narrowed.accessToken))).claims).toMatchObject({
      scope: 'openid csp:org_owner',
      perms: ['csp:org_owner'],
    });
    expect((await world.issued(await exchange('service', narrowed.accessToken, { scope }))).body.scope).toBe('openid');
  });

  it('expires no later than the token that it was given', async () => {
    const { accessToken, claims } = await world.login('ada', { form: { accessTokenValiditySeconds: '100' } });
    expect((await world.issued(await exchange('service', accessToken))).claims.exp).toBe(claims.exp);
  });

  it('gives a refresh token for the client alone, still without an actor and no wider', async () => {
    const exchanged = await world.issued(await exchange('service', login.accessToken, { scope: 'openid profile' }));
    const refusal = { status: 400, error: 'invalid_refresh_token', reason: /it belongs to client service/ };
    await world.expectRefused(await world.refresh('app', exchanged.refreshToken), refusal);
    const { claims, body } = await world.issued(await world.refresh('service', exchanged.refreshToken));
    expect(claims).toMatchObject({ azp: 'service', sid: exchanged.family, sub: 'acme.example:ada' });
    expect(claims).not.toHaveProperty('act');
    expect(body.scope).toBe('openid profile');
  });

  it('gives no refresh token to a client that cannot redeem one', async () => {
    const others = (names: string[]) =>
      world.service.database.query("UPDATE clients SET allowed_actors_client_exchange = $1 WHERE id = 'app'", [names]);
    await others(['stranger']);
    const answer = await exchange('stranger', login.accessToken).finally(() => others(['service']));
    expect((await world.issued(answer)).body).toMatchObject({ refresh_token: null, id_token: null });
  });

  it.each([
    ['a client that is not listed', 'stranger'],
    ['the client of the token itself, which is not listed', 'app'],
    ['one that only another client lists', 'second'],
    ['one that may only act for the users', 'rotating'],
  ])('refuses %s', async (_, client) => {
    const answer = await exchange(client, login.accessToken);
    if (client === 'rotating') {
      const reason = /not switched on/;
      return world.expectRefused(answer, { status: 400, error: 'unauthorized_client', reason, told: true });
    }
    const reason = new RegExp(`^${client} is not in allowedActorsClientExchange of app$`);
    return world.expectRefused(answer, { status: 403, error: 'forbidden', reason });
  });

  it('refuses a token of an actor, who would vanish from sight', async () => {
    const { accessToken } = await world.issued(await world.delegate('service', login.accessToken));
    const answer = await exchange('second', accessToken);
    const reason = /acts for the user cannot be taken over/;
    await world.expectRefused(answer, { status: 403, error: 'forbidden', reason, told: true });
  });

  it('refuses the token of a client, for which nobody logged in', async () => {
    const { accessToken } = await world.issued(await world.ask('app', { grant_type: 'client_credentials' }));
    const answer = await exchange('service', accessToken);
    await world.expectRefused(answer, { status: 403, error: 'forbidden', reason: /the subject is a client/ });
  });

  it('refuses to refresh when the client of the login is disabled', async () => {
    const { refreshToken } = await world.issued(await exchange('service', login.accessToken));
    await world.whileDisabled('clients', 'app', async () => {
      const refusal = { status: 400, error: 'invalid_refresh_token', reason: /disabled|ended/ };
      await world.expectRefused(await world.refresh('service', refreshToken), refusal);
    });
  });

  describeExchangeRefusals(() => world, {
    grant: 'client_exchange',
    dialect: 'csp',
    user: 'ada',
    client: 'service',
    form,
    invalidToken: 'invalid_grant',
    nextActor: 'second',
  });
});
