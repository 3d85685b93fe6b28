import { describeExchangeRefusals } from '../harness/exchange-refusals';
import {
  ACCESS_TOKEN_TYPE,
  ACCOUNT_TYPE,
  ADA_IN_ACME,
  CSP_ISSUER,
  ExchangeWorld,
  type Login,
  TOKEN_EXCHANGE,
} from '../harness/exchange-world';

const TYPES = { subject_token_type: ACCOUNT_TYPE, actor_token_type: ACCESS_TOKEN_TYPE };

describe('impersonate_user', () => {
  let world: ExchangeWorld;
  let support: Login;

  const impersonate = (email: string, actorToken: string, { client = 'app', ...more }: Record<string, string> = {}) =>
    world.ask(client, {
      grant_type: 'impersonate_user',
      subject_token: email,
      actor_token: actorToken,
      reason: 'case 4711',
      ...TYPES,
      ...more,
    });

  const forbidden = (reason: RegExp) => ({ status: 403, error: 'forbidden', reason });

  beforeAll(async () => {
    world = await ExchangeWorld.start();
    support = await world.login('support');
  });
  afterAll(() => world?.stop());

  it('gives a token of the user that names the actor, for a quarter of an hour, never to be refreshed', async () => {
    expect(support.body.expires_in).toBe(7_200);
    const { body, claims } = await world.issued(await impersonate('ada@acme.example', support.accessToken));
    expect(body).toEqual({
      access_token: expect.any(String) as string,
      token_type: 'bearer',
      issued_token_type: ACCESS_TOKEN_TYPE,
      id_token: null,
      refresh_token: null,
      expires_in: 900,
      scope: ADA_IN_ACME,
    });
    expect(claims).toMatchObject({
      iss: CSP_ISSUER,
      sub: 'acme.example:ada',
      azp: 'app',
      aud: CSP_ISSUER,
      context: 'acme',
      username: 'ada',
      act: { sub: 'acme.example:support' },
      scope: ADA_IN_ACME,
      perms: ['csp:org_owner', 'external/tmc/tmc:admin'],
      jti: expect.any(String) as string,
    });
    expect(claims.act).toEqual({ sub: 'acme.example:support' });
  });

  it('commits an event with both people and the reason', async () => {
    const answer = await impersonate('ada@acme.example', support.accessToken);
    const { claims } = await world.issued(answer);
    expect(await world.events(answer)).toMatchObject([
      {
        action: 'token.issue',
        outcome: 'allowed',
        grant_type: 'impersonate_user',
        client_id: 'app',
        subject: 'acme.example:ada',
        actor: 'acme.example:support',
        org_id: 'acme',
        jti: claims.jti,
        family: support.family,
        reason: 'case 4711',
      },
    ]);
  });

  it('needs no reason, and minds no capitals in the address', async () => {
    const answer = await impersonate('ADA@Acme.Example', support.accessToken, { reason: '' });
    expect((await world.issued(answer)).claims.sub).toBe('acme.example:ada');
    expect(await world.events(answer)).toMatchObject([{ outcome: 'allowed', reason: null }]);
  });

  it('narrows to what is asked for and what the client may', async () => {
    const scope = 'openid auditing external/tmc/tmc:viewer csp:org_owner';
    const answer = await impersonate('ada@acme.example', support.accessToken, { client: 'service', scope });
    expect((await world.issued(answer)).claims).toMatchObject({
      azp: 'service',
      scope: 'openid auditing csp:org_owner',
    });
  });

  it('expires no later than the actor token, and sooner if asked to', async () => {
    const { accessToken, claims } = await world.login('support', { form: { accessTokenValiditySeconds: '100' } });
    expect((await world.issued(await impersonate('ada@acme.example', accessToken))).claims.exp).toBe(claims.exp);
    const asked = await impersonate('ada@acme.example', accessToken, { accessTokenValiditySeconds: '30' });
    expect((await world.issued(asked)).body.expires_in).toBe(30);
  });

  it.each([
    ['oneself', 'support@acme.example', /impersonate itself/],
    ['someone with a platform permission', 'operator@acme.example', /the user operator has platform permissions/],
  ])('refuses to impersonate %s', async (_, email, reason) =>
    world.expectRefused(await impersonate(email, support.accessToken), forbidden(reason)),
  );

  it('refuses an actor without the permission, whether or not there is such an account', async () => {
    const { accessToken } = await world.login('operator');
    const reason = /the actor operator lacks csp:platform_impersonator/;
    for (const email of ['ada@acme.example', 'nobody@acme.example', 'twin@acme.example']) {
      await world.expectRefused(await impersonate(email, accessToken), forbidden(reason));
    }
  });

  it('refuses an actor that has lost the permission since its login', async () => {
    const permissions = (list: string[]) =>
      world.service.database.query("UPDATE users SET platform_permissions = $1 WHERE id = 'support'", [list]);
    await permissions([]);
    const answer = await impersonate('ada@acme.example', support.accessToken).finally(() =>
      permissions(['csp:platform_impersonator']),
    );
    await world.expectRefused(answer, forbidden(/the actor support lacks/));
  });

  it('refuses an actor token with which someone acts for the impersonator', async () => {
    const { accessToken } = await world.issued(await world.delegate('service', support.accessToken));
    const answer = await impersonate('ada@acme.example', accessToken);
    await world.expectRefused(answer, forbidden(/is that of an impersonation or delegation itself/));
  });

  it('refuses an impersonation as the actor of the next one', async () => {
    const { accessToken } = await world.issued(await impersonate('ada@acme.example', support.accessToken));
    await world.expectRefused(await impersonate('bob@beta.example', accessToken), forbidden(/the actor ada lacks/));
  });

  it('refuses a client as the actor', async () => {
    const { accessToken } = await world.issued(await world.ask('app', { grant_type: 'client_credentials' }));
    await world.expectRefused(await impersonate('ada@acme.example', accessToken), forbidden(/the actor is a client/));
  });

  it('does not tell an unknown account from a disabled one', async () => {
    const form = { grant_type: 'impersonate_user', actor_token: support.accessToken, ...TYPES };
    const [unknown, disabled] = await Promise.all(
      ['nobody@acme.example', 'dora@acme.example'].map((subject_token) =>
        world.ask('app', { ...form, subject_token }, 'csp', { 'X-Request-Id': 'same' }),
      ),
    );
    expect(unknown).toMatchObject({ status: 400, json: { errorCode: 'invalid_grant' } });
    expect(disabled?.text).toBe(unknown?.text);
  });

  it('refuses an address that two users have', async () => {
    const reason = /Several users have this e-mail address/;
    const refusal = { status: 409, error: 'conflict', reason, told: true };
    await world.expectRefused(await impersonate('twin@acme.example', support.accessToken), refusal);
  });

  it.each(['client_delegate', 'client_exchange', 'context_switch'])(
    'gives no refresh token by %s either',
    async (grant) => {
      const { accessToken, claims } = await world.issued(await impersonate('ada@acme.example', support.accessToken));
      const client = grant === 'context_switch' ? 'app' : 'service';
      const form = { subject_token: accessToken, subject_token_type: ACCESS_TOKEN_TYPE, orgId: 'beta' };
      const answer = await world.ask(client, { grant_type: grant, ...form });
      if (grant === 'client_exchange')
        return world.expectRefused(answer, { ...forbidden(/acts for the user/), told: true });
      const next = await world.issued(answer);
      expect(JSON.stringify(next.claims.act)).toContain('"acme.example:support"');
      expect(next.claims.exp).toBeLessThanOrEqual(claims.exp ?? 0);
      expect(next.body.refresh_token).toBeNull();
    },
  );

  it('stays visible through a token exchange', async () => {
    const { accessToken, claims } = await world.issued(await impersonate('ada@acme.example', support.accessToken));
    const form = { grant_type: TOKEN_EXCHANGE, subject_token: accessToken, subject_token_type: ACCESS_TOKEN_TYPE };
    const next = await world.issued(await world.ask('app', form, 'oauth'), 'oauth');
    expect(next.claims).toMatchObject({ sub: 'ada', act: { sub: 'acme.example:support' } });
    expect(next.claims.exp).toBeLessThanOrEqual(claims.exp ?? 0);
    expect(next.body).not.toHaveProperty('refresh_token');
  });

  describeExchangeRefusals(() => world, {
    grant: 'impersonate_user',
    dialect: 'csp',
    user: 'support',
    client: 'service',
    form: (token) => ({ subject_token: 'ada@acme.example', actor_token: token, ...TYPES }),
    invalidToken: 'invalid_grant',
    nextActor: 'second',
  });
});
