import { decodeJwt } from 'jose';
import { describeExchangeRefusals } from '../harness/exchange-refusals';
import {
  ACCESS_TOKEN_TYPE,
  ADA_IN_ACME,
  ExchangeWorld,
  ID_TOKEN_TYPE,
  type Issued,
  type Login,
  TOKEN_EXCHANGE,
} from '../harness/exchange-world';
import { ISSUER } from '../harness/service';

describe('token-exchange', () => {
  let world: ExchangeWorld;
  let login: Login;

  const exchange = (token: string, { client = 'app', ...more }: Record<string, string> = {}) => {
    const subject = { subject_token: token, subject_token_type: ACCESS_TOKEN_TYPE };
    return world.ask(client, { grant_type: TOKEN_EXCHANGE, ...subject, ...more }, 'oauth');
  };
  const withActor = (token: string) => ({ actor_token: token, actor_token_type: ACCESS_TOKEN_TYPE });

  async function tokenOf(client: string): Promise<Issued> {
    return world.issued(await world.ask(client, { grant_type: 'client_credentials' }, 'oauth'), 'oauth');
  }
  const issued = async (answer: ReturnType<typeof exchange>) => world.issued(await answer, 'oauth');

  beforeAll(async () => {
    world = await ExchangeWorld.start();
    login = await world.login('ada', { dialect: 'oauth' });
  });
  afterAll(() => world?.stop());

  it('narrows a token of the client itself, which is no delegation', async () => {
    const { body, claims } = await issued(exchange(login.accessToken, { scope: 'openid external/tmc/tmc:admin' }));
    expect(body).toEqual({
      access_token: expect.any(String) as string,
      token_type: 'Bearer',
      issued_token_type: ACCESS_TOKEN_TYPE,
      expires_in: expect.any(Number) as number,
      scope: 'openid external/tmc/tmc:admin',
    });
    expect(claims).toEqual({
      iss: ISSUER,
      sub: 'ada',
      aud: ISSUER,
      client_id: 'app',
      iat: expect.any(Number) as number,
      exp: expect.any(Number) as number,
      jti: expect.any(String) as string,
      scope: 'openid external/tmc/tmc:admin',
      org_id: 'acme',
      sid: login.family,
      auth_time: login.claims.auth_time,
    });
    expect(claims.jti).not.toBe(login.claims.jti);
    expect(claims.exp).toBeLessThanOrEqual(login.claims.exp ?? 0);
  });

  it('commits an event, and begins no login', async () => {
    const families = () => world.service.database.query('SELECT id FROM families');
    const before = await families();
    const answer = await exchange(login.accessToken, { client: 'service' });
    const { claims } = await world.issued(answer, 'oauth');
    expect(await families()).toHaveLength(before.length);
    expect(await world.events(answer)).toMatchObject([
      {
        outcome: 'allowed',
        dialect: 'oauth',
        grant_type: TOKEN_EXCHANGE,
        client_id: 'service',
        subject: 'acme.example:ada',
        actor: ':service',
        org_id: 'acme',
        jti: claims.jti,
        family: login.family,
      },
    ]);
  });

  it('never gives what the token lacks, in one step or in two', async () => {
    const narrow = await issued(exchange(login.accessToken, { scope: 'openid' }));
    const wide = await issued(exchange(narrow.accessToken, { scope: ADA_IN_ACME }));
    expect([narrow.body.scope, wide.body.scope]).toEqual(['openid', 'openid']);
    expect((await issued(exchange(narrow.accessToken))).body.scope).toBe('openid');
  });

  it('makes the client the actor of a token that another client let it use', async () => {
    const first = await issued(exchange(login.accessToken, { client: 'service' }));
    expect(first.claims).toMatchObject({ sub: 'ada', client_id: 'service', act: { sub: ':service' } });
    expect(first.body.scope).toBe('openid profile csp:org_owner');
    const second = await issued(exchange(first.accessToken, { client: 'second' }));
    expect(second.claims.act).toEqual({ sub: ':second', act: { sub: ':service' } });
  });

  it('keeps the actors when the client narrows its own token', async () => {
    const first = await issued(exchange(login.accessToken, { client: 'service' }));
    const narrowed = await issued(exchange(first.accessToken, { client: 'service', scope: 'openid' }));
    expect(narrowed.claims).toMatchObject({ act: { sub: ':service' }, scope: 'openid' });
    expect(narrowed.claims.act).toEqual({ sub: ':service' });
  });

  it('takes the client of an actor token for the actor', async () => {
    const actor = await tokenOf('service');
    const { claims } = await issued(
      exchange(login.accessToken, { client: 'service', ...withActor(actor.accessToken) }),
    );
    expect(claims.act).toEqual({ sub: ':service' });
  });

  it('takes the user of an actor token for the actor, named as everywhere in act', async () => {
    const actor = await world.login('bob', { dialect: 'oauth' });
    const { claims } = await issued(exchange(login.accessToken, withActor(actor.accessToken)));
    expect(claims).toMatchObject({ sub: 'ada', act: { sub: 'beta.example:bob' } });
  });

  it('expires no later than the subject token and the actor token', async () => {
    const short = { dialect: 'oauth', form: { accessTokenValiditySeconds: '100' } } as const;
    const [subject, actor] = [await world.login('ada', short), await world.login('bob', short)];
    expect((await issued(exchange(subject.accessToken))).claims.exp).toBe(subject.claims.exp);
    const { claims } = await issued(exchange(login.accessToken, withActor(actor.accessToken)));
    expect(claims.exp).toBe(actor.claims.exp);
  });

  it('names the audience that lets the client have tokens for it', async () => {
    const { claims } = await issued(exchange(login.accessToken, { audience: 'target' }));
    expect(claims).toMatchObject({ aud: 'target', iss: ISSUER });
    expect((await issued(exchange(login.accessToken, { audience: 'app' }))).claims.aud).toBe('app');
  });

  it("narrows the client's own token, which belongs to no login", async () => {
    const own = await tokenOf('app');
    const { claims } = await issued(exchange(own.accessToken, { scope: 'profile' }));
    expect(claims).toMatchObject({ sub: 'app', client_id: 'app', scope: 'profile' });
    expect(claims).not.toHaveProperty('act');
    expect(claims.exp).toBeLessThanOrEqual(own.claims.exp ?? 0);
  });

  it.each(['stranger', 'nowhere'])('refuses the audience %s', async (audience) => {
    const reason = /may not get tokens for that audience/;
    const refusal = { status: 400, error: 'invalid_target', reason, told: true };
    await world.expectRefused(await exchange(login.accessToken, { audience }), refusal, 'oauth');
  });

  it('refuses a token of a client that does not list this one', async () => {
    const reason = /^stranger is not in allowedActorsClientDelegate of app$/;
    const refusal = { status: 400, error: 'unauthorized_client', code: 'forbidden', reason };
    await world.expectRefused(await exchange(login.accessToken, { client: 'stranger' }), refusal, 'oauth');
  });

  it('refuses to speak for another client', async () => {
    const { accessToken } = await tokenOf('app');
    const reason = /that of another client itself/;
    const refusal = { status: 400, error: 'unauthorized_client', code: 'forbidden', reason, told: true };
    await world.expectRefused(await exchange(accessToken, { client: 'service' }), refusal, 'oauth');
  });

  describe('refuses an actor token', () => {
    const invalid = (reason: RegExp, told = false) => ({ status: 400, error: 'invalid_request', reason, told });

    it('without its type', async () => {
      const { accessToken } = await tokenOf('app');
      const answer = await exchange(login.accessToken, { actor_token: accessToken });
      await world.expectRefused(answer, invalid(/actor_token_type must be/, true), 'oauth');
    });

    it('that is announced by its type, and missing', async () => {
      const answer = await exchange(login.accessToken, { actor_token_type: ACCESS_TOKEN_TYPE });
      await world.expectRefused(answer, invalid(/actor_token/, true), 'oauth');
    });

    it.each([ID_TOKEN_TYPE, 'urn:ietf:params:oauth:token-type:jwt'])('of type %s', async (type) => {
      const { accessToken } = await tokenOf('app');
      const answer = await exchange(login.accessToken, { actor_token: accessToken, actor_token_type: type });
      await world.expectRefused(answer, invalid(/actor_token_type must be/, true), 'oauth');
    });

    it('that is no token, of another client, or of a login that has ended', async () => {
      const garbage = await exchange(login.accessToken, withActor('garbage'));
      await world.expectRefused(garbage, invalid(/Invalid Compact JWS/), 'oauth');
      const { accessToken } = await tokenOf('service');
      const foreign = await exchange(login.accessToken, withActor(accessToken));
      await world.expectRefused(foreign, invalid(/not one of this client/, true), 'oauth');
      const actor = await world.login('bob');
      await world.endLogin(actor.family);
      const ended = await exchange(login.accessToken, withActor(actor.accessToken));
      await world.expectRefused(ended, invalid(/its login has ended/), 'oauth');
    });

    it('of a user that is disabled', async () => {
      const { accessToken } = await world.login('bob');
      await world.whileDisabled('users', 'bob', async () => {
        const answer = await exchange(login.accessToken, withActor(accessToken));
        await world.expectRefused(answer, invalid(/disabled/), 'oauth');
      });
    });

    it('with which someone acts for the actor, or else names both', async () => {
      const bob = await world.login('bob');
      const { accessToken } = await world.issued(await world.delegate('service', bob.accessToken));
      const answer = await exchange(login.accessToken, { client: 'service', ...withActor(accessToken) });
      expect([200, 400]).toContain(answer.status);
      const seen = answer.status === 200 ? decodeJwt(String(answer.json.access_token)).act : { sub: ':service' };
      expect(JSON.stringify(seen)).toContain(':service');
    });
  });

  it.each([ID_TOKEN_TYPE, 'urn:ietf:params:oauth:token-type:refresh_token'])('gives no %s', async (type) => {
    const answer = await exchange(login.accessToken, { requested_token_type: type });
    const reason = /requested_token_type must be/;
    await world.expectRefused(answer, { status: 400, error: 'invalid_request', reason, told: true }, 'oauth');
  });

  describeExchangeRefusals(() => world, {
    grant: TOKEN_EXCHANGE,
    dialect: 'oauth',
    user: 'ada',
    client: 'service',
    form: (token) => ({
      subject_token: token,
      subject_token_type: ACCESS_TOKEN_TYPE,
      requested_token_type: ACCESS_TOKEN_TYPE,
    }),
    optional: ['requested_token_type'],
    invalidToken: 'invalid_request',
    nextActor: 'second',
  });
});
