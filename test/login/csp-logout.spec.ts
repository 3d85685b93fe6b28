import { ENDED, isAlive, NOT_ENDED, passwordLogin, stateOf, tokensOf } from '../harness/browser-sessions';
import { expectErrorShape } from '../harness/error-shape';
import { type Answer, basic, post, send } from '../harness/http';
import { LOGIN_WORLD } from '../harness/login-world';
import { eventsOf } from '../harness/people';
import { type Service, startService } from '../harness/service';
import { Visitor } from '../harness/visitor';

const PATH = '/csp/gateway/am/api/auth/logout';

describe('logging out by a client of the Cloud Services', () => {
  let service: Service;
  let visitor: Visitor;
  /** Of ada's login at `web` in that browser. */
  let tokens: Answer;

  beforeAll(async () => {
    service = await startService({ world: LOGIN_WORLD, env: { CSP_ISSUER: 'https://csp.test' } });
  });
  afterAll(() => service?.stop());

  beforeEach(async () => {
    visitor = new Visitor(service.url);
    tokens = await tokensOf(service, visitor, { dialect: 'csp' });
  });

  const idTokenOf = ({ json }: Answer) => String(json.id_token);
  const expectEnded = async () => expect(await stateOf(service, visitor, tokens)).toEqual(ENDED);
  const expectNothingEnded = async () => expect(await stateOf(service, visitor, tokens)).toEqual(NOT_ENDED);
  const byForm = (idToken: string, client = 'web', secret = `${client}-secret`) =>
    post(`${service.url}${PATH}`, { form: { idToken }, headers: basic(client, secret) });
  const byJson = (idToken: string) =>
    send(`${service.url}${PATH}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...basic('web', 'web-secret') },
      body: JSON.stringify({ idToken }),
    });

  it.each([
    ['a form', byForm],
    ['JSON', byJson],
  ])('ends session and login with %s, and says the same when they have ended', async (_what, end) => {
    const beside = await tokensOf(service, visitor, { client: 'strict' });
    const elsewhere = await tokensOf(service, new Visitor(service.url));
    const answer = await end(idTokenOf(tokens));
    expect({ status: answer.status, body: answer.json }).toEqual({ status: 200, body: {} });
    await expectEnded();
    expect(await isAlive(service, beside, 'strict')).toBe(false);
    expect(await isAlive(service, elsewhere)).toBe(true);
    expect((await end(idTokenOf(tokens))).status).toBe(200);
  });

  it('ends a login with a password', async () => {
    const byPassword = await passwordLogin(service);
    expect((await byForm(idTokenOf(byPassword))).status).toBe(200);
    expect(await isAlive(service, byPassword)).toBe(false);
    await expectNothingEnded();
  });

  it.each<[string, string, () => Promise<Answer>]>([
    ['a wrong secret', 'invalid_client', () => byForm(idTokenOf(tokens), 'web', 'wrong')],
    ["another client's ID token", 'invalid_grant', () => byForm(idTokenOf(tokens), 'strict')],
    ['garbage', 'invalid_grant', () => byForm('garbage')],
    ['an access token', 'invalid_grant', () => byJson(String(tokens.json.access_token))],
    ['nothing', 'invalid_request', () => byForm('')],
  ])('refuses %s, and ends nothing', async (_what, errorCode, ask) => {
    const answer = await ask();
    expect(answer).toMatchObject({ status: 400, json: { errorCode } });
    expectErrorShape(answer, 'csp');
    expect(await eventsOf(service.database, answer)).toMatchObject([
      { action: 'session.end', outcome: 'refused', error: errorCode },
    ]);
    await expectNothingEnded();
  });

  it('is an event that names user, client and dialect', async () => {
    const answer = await byForm(idTokenOf(tokens));
    expect(await eventsOf(service.database, answer)).toMatchObject([
      { action: 'session.end', outcome: 'allowed', subject: 'acme.example:u-ada', dialect: 'csp', client_id: 'web' },
    ]);
  });
});
