import { describeExchangeRefusals } from '../harness/exchange-refusals';
import { ACCESS_TOKEN_TYPE, CSP_ISSUER, ExchangeWorld, ID_TOKEN_TYPE, type Login } from '../harness/exchange-world';

const NAMES = ['audience_exchange', 'urn:vmware:params:oauth:grant-type:audience-exchange'];

describe.each(NAMES)('%s', (grant) => {
  let world: ExchangeWorld;
  let login: Login;

  const exchange = (token: string, { client = 'app', ...more }: Record<string, string> = {}) =>
    world.ask(client, { grant_type: grant, subject_token: token, target_audience: 'target', ...more });

  const notAllowed = (client: string, target: string) => ({
    status: 403,
    error: 'forbidden',
    reason: new RegExp(`^${client} is not in allowedActorsAudienceExchange of ${target}, or there is no such client$`),
  });

  beforeAll(async () => {
    world = await ExchangeWorld.start();
    login = await world.login('ada');
  });
  afterAll(() => world?.stop());

  it('gives an ID token for the other client, and no refresh token', async () => {
    const { body, claims } = await world.issued(await exchange(login.accessToken));
    expect(body).toEqual({
      access_token: expect.any(String) as string,
      token_type: 'bearer',
      issued_token_type: ID_TOKEN_TYPE,
      id_token: body.access_token,
      refresh_token: null,
      expires_in: expect.any(Number) as number,
      scope: expect.any(String) as string,
    });
    expect(claims).toMatchObject({
      iss: CSP_ISSUER,
      sub: 'acme.example:ada',
      aud: 'target',
      azp: 'app',
      context: 'acme',
      email: 'Ada@acme.example',
      email_verified: true,
      group_ids: ['engineering'],
      group_names: ['Engineering'],
      auth_time: login.claims.auth_time,
      jti: expect.any(String) as string,
    });
    for (const absent of ['act', 'perms', 'scope', 'at_hash', 'nonce']) expect(claims).not.toHaveProperty(absent);
    expect(claims.exp).toBeLessThanOrEqual(login.claims.exp ?? 0);
  });

  it('commits an event with the name that was asked for', async () => {
    const answer = await exchange(login.accessToken, { subject_token_type: ACCESS_TOKEN_TYPE });
    const { claims } = await world.issued(answer);
    expect(await world.events(answer)).toMatchObject([
      {
        outcome: 'allowed',
        grant_type: grant,
        client_id: 'app',
        subject: 'acme.example:ada',
        actor: null,
        org_id: 'acme',
        jti: claims.jti,
        family: login.family,
      },
    ]);
  });

  it('expires no later than the token that it was given', async () => {
    const { accessToken, claims } = await world.login('ada', { form: { accessTokenValiditySeconds: '100' } });
    expect((await world.issued(await exchange(accessToken))).claims.exp).toBe(claims.exp);
  });

  it('names who acts for the user', async () => {
    const first = await world.issued(await world.delegate('service', login.accessToken));
    const answer = await exchange(first.accessToken, { client: 'service' });
    expect((await world.issued(answer)).claims).toMatchObject({
      azp: 'service',
      aud: 'target',
      act: { sub: ':service' },
    });
    expect(await world.events(answer)).toMatchObject([{ actor: ':service', client_id: 'service' }]);
  });

  it('lists at most as many groups as are asked for', async () => {
    const { claims } = await world.issued(await exchange(login.accessToken, { maxGroupsInIdToken: '0' }));
    expect(claims).toMatchObject({ group_ids: [], group_names: [], group_count: 1 });
  });

  it('gives nothing that passes for an access token', async () => {
    const { accessToken } = await world.issued(await exchange(login.accessToken, { target_audience: 'service' }));
    const refusal = { status: 400, error: 'invalid_grant', reason: /it is no access token/ };
    await world.expectRefused(await exchange(accessToken), refusal);
    await world.expectRefused(await world.delegate('service', accessToken), refusal);
  });

  it.each([
    ['a client that the target does not list', 'stranger', 'target'],
    ['a target that lists nobody', 'app', 'stranger'],
    ['the client as its own target, which it does not list', 'app', 'app'],
    ['a target that does not exist', 'app', 'nowhere'],
  ])('refuses %s', async (_, client, target) => {
    const answer = await exchange(login.accessToken, { client, target_audience: target });
    await world.expectRefused(answer, notAllowed(client, target));
    expect(answer.json).toMatchObject({ cspErrorCode: '540.300' });
  });

  it('refuses a target that is disabled', () =>
    world.whileDisabled('clients', 'target', async () =>
      world.expectRefused(await exchange(login.accessToken), notAllowed('app', 'target')),
    ));

  it('refuses the token of a client, for which nobody logged in', async () => {
    const { accessToken } = await world.issued(await world.ask('app', { grant_type: 'client_credentials' }));
    const answer = await exchange(accessToken);
    await world.expectRefused(answer, { status: 403, error: 'forbidden', reason: /the subject is a client/ });
  });

  describeExchangeRefusals(() => world, {
    grant,
    dialect: 'csp',
    user: 'ada',
    client: 'service',
    form: (token) => ({ subject_token: token, subject_token_type: ACCESS_TOKEN_TYPE, target_audience: 'target' }),
    optional: ['subject_token_type'],
    invalidToken: 'invalid_grant',
  });
});
