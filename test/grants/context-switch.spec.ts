import { describeExchangeRefusals } from '../harness/exchange-refusals';
import { ACCESS_TOKEN_TYPE, ADA_IN_ACME, CSP_ISSUER, ExchangeWorld, type Login } from '../harness/exchange-world';

const ADA_IN_BETA = 'openid profile csp:org_member external/tmc/tmc:viewer';

describe('context_switch', () => {
  let world: ExchangeWorld;
  let login: Login;

  const change = (token: string, orgId: string, { client = 'app', ...more }: Record<string, string> = {}) =>
    world.ask(client, { grant_type: 'context_switch', subject_token: token, orgId, ...more });

  beforeAll(async () => {
    world = await ExchangeWorld.start();
    login = await world.login('ada');
  });
  afterAll(() => world?.stop());

  it('works the roles out anew in the other org', async () => {
    const { body, claims } = await world.issued(await change(login.accessToken, 'beta'));
    expect(body).toEqual({
      access_token: expect.any(String) as string,
      token_type: 'bearer',
      issued_token_type: ACCESS_TOKEN_TYPE,
      id_token: null,
      refresh_token: expect.any(String) as string,
      expires_in: expect.any(Number) as number,
      scope: ADA_IN_BETA,
    });
    expect(claims).toMatchObject({
      iss: CSP_ISSUER,
      sub: 'acme.example:ada',
      azp: 'app',
      aud: CSP_ISSUER,
      context: 'beta',
      context_name: 'beta',
      scope: ADA_IN_BETA,
      perms: ['csp:org_member', 'external/tmc/tmc:viewer'],
      jti: expect.any(String) as string,
    });
    expect(claims).not.toHaveProperty('act');
    expect(claims.exp).toBeLessThanOrEqual(login.claims.exp ?? 0);
  });

  it('commits an event with the other org', async () => {
    const answer = await change(login.accessToken, 'beta', { subject_token_type: ACCESS_TOKEN_TYPE });
    const { claims, family } = await world.issued(answer);
    expect(await world.events(answer)).toMatchObject([
      {
        outcome: 'allowed',
        grant_type: 'context_switch',
        client_id: 'app',
        subject: 'acme.example:ada',
        actor: null,
        org_id: 'beta',
        jti: claims.jti,
        family,
      },
    ]);
    expect(await world.family(family)).toMatchObject({ parent_id: login.family, client_id: 'app' });
  });

  it('expires no later than the token that it was given', async () => {
    const { accessToken, claims } = await world.login('ada', { form: { accessTokenValiditySeconds: '100' } });
    expect((await world.issued(await change(accessToken, 'beta'))).claims.exp).toBe(claims.exp);
  });

  it('begins no login that lasts longer than that of the user, so that switching is no way to stay for ever', async () => {
    const short = await world.login('ada', { form: { refreshTokenValiditySeconds: '8000' } });
    const { family } = await world.issued(await change(short.accessToken, 'beta'));
    const [parent, child] = [await world.family(short.family), await world.family(family)];
    expect(child.expires_at.getTime()).toBeLessThanOrEqual(parent.expires_at.getTime());
  });

  it('keeps the org when the refresh token is redeemed', async () => {
    const { refreshToken, family } = await world.issued(await change(login.accessToken, 'beta'));
    const { claims } = await world.issued(await world.refresh('app', refreshToken));
    expect(claims).toMatchObject({ context: 'beta', scope: ADA_IN_BETA, sid: family });
  });

  it('can go back', async () => {
    const { accessToken } = await world.issued(await change(login.accessToken, 'beta'));
    expect((await world.issued(await change(accessToken, 'acme'))).claims).toMatchObject({ scope: ADA_IN_ACME });
  });

  it('narrows to what is asked for, and keeps to the general scopes of the login', async () => {
    const { accessToken } = await world.login('ada', { form: { scope: 'openid csp:org_owner' } });
    const scope = 'openid profile csp:org_member';
    const { body } = await world.issued(await change(accessToken, 'beta', { scope }));
    expect(body.scope).toBe('openid csp:org_member');
  });

  it('does not widen a narrowed token in the org that it is for already', async () => {
    const { accessToken } = await world.login('ada', { form: { scope: 'openid' } });
    expect((await world.issued(await change(accessToken, 'acme'))).claims).toMatchObject({
      scope: 'openid',
      perms: [],
    });
  });

  it('gives an actor no refresh token and no more than it was given', async () => {
    const narrowed = await world.login('ada', { form: { scope: 'openid' } });
    const { accessToken } = await world.issued(await world.delegate('service', narrowed.accessToken));
    const answer = await change(accessToken, 'acme', { client: 'service' });
    const { body, claims } = await world.issued(answer);
    expect(body.refresh_token).toBeNull();
    expect(claims).toMatchObject({ act: { sub: ':service' }, scope: 'openid', perms: [] });
    expect(await world.events(answer)).toMatchObject([{ actor: ':service', subject: 'acme.example:ada' }]);
  });

  it('lets an actor go on acting in another org, within the login it was given', async () => {
    const delegated = await world.issued(await world.delegate('service', login.accessToken));
    const answer = await change(delegated.accessToken, 'beta', { client: 'service' });
    const { body, claims, family } = await world.issued(answer);
    expect(claims).toMatchObject({
      act: { sub: ':service' },
      context: 'beta',
      perms: ['csp:org_member', 'external/tmc/tmc:viewer'],
    });
    expect({ refreshToken: body.refresh_token, family }).toEqual({ refreshToken: null, family: delegated.family });
  });

  it('does not tell an unknown org from one that the user is not in, or from a disabled one', async () => {
    const disabled = (at: string) =>
      world.service.database.query(`UPDATE orgs SET disabled_at = ${at} WHERE id = 'beta'`);
    const ask = (orgId: string) =>
      world.ask('app', { grant_type: 'context_switch', subject_token: login.accessToken, orgId }, 'csp', {
        'X-Request-Id': 'same',
      });
    await disabled('now()');
    const answers = [await ask('nowhere'), await ask('closed'), await ask('beta').finally(() => disabled('NULL'))];
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404]);
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(answers[0]?.json).toMatchObject({ errorCode: 'org_not_found', statusCode: 404 });
  });

  it.each(['nowhere', 'closed'])('tells the audit trail about %s', async (orgId) => {
    const reason = new RegExp(`user ada has no part in org ${orgId}`);
    const refusal = { status: 404, error: 'org_not_found', reason };
    await world.expectRefused(await change(login.accessToken, orgId), refusal);
  });

  it('refuses a token of another client', async () => {
    const refusal = { status: 400, error: 'invalid_grant', reason: /it is of client app/ };
    await world.expectRefused(await change(login.accessToken, 'beta', { client: 'service' }), refusal);
  });

  it('refuses the token of a client, for which nobody logged in', async () => {
    const { accessToken } = await world.issued(await world.ask('app', { grant_type: 'client_credentials' }));
    const answer = await change(accessToken, 'beta');
    await world.expectRefused(answer, { status: 403, error: 'forbidden', reason: /the subject is a client/ });
  });

  describeExchangeRefusals(() => world, {
    grant: 'context_switch',
    dialect: 'csp',
    user: 'ada',
    client: 'app',
    form: (token) => ({ subject_token: token, subject_token_type: ACCESS_TOKEN_TYPE, orgId: 'beta' }),
    optional: ['subject_token_type'],
    invalidToken: 'invalid_grant',
    nextActor: 'service',
  });
});
