import { setTimeout as sleep } from 'node:timers/promises';
import { decodeJwt } from 'jose';
import { ApiUser } from '../harness/admin-world';
import { TOKEN_EXCHANGE } from '../harness/inspection';
import { ask } from '../harness/people';
import { isActive, logIn, ownTokens, REVOCATION_WORLD } from '../harness/revocation-world';
import { type Service, startService } from '../harness/service';

const APPS = '/csp/gateway/am/api/orgs/acme/oauth-apps';
const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token';

const registration = (id: string) => ({
  id,
  secret: `${id}-secret`,
  grantTypes: ['client_credentials'],
  allowedScopes: { generalScopes: ['openid'] },
});

describe('an access token does not count any more once', () => {
  let service: Service;
  let operator: ApiUser;

  beforeAll(async () => {
    service = await startService({ world: REVOCATION_WORLD });
    operator = new ApiUser(service, 'operator');
  });
  afterAll(() => service?.stop());

  const gone = async (table: 'clients' | 'orgs', id: string) => {
    while ((await service.database.query(`SELECT 1 FROM ${table} WHERE id = $1`, [id])).length > 0) await sleep(50);
  };

  async function exchanged(client: string, subject: string, actor: Record<string, string> = {}): Promise<string> {
    const form = { subject_token: subject, subject_token_type: ACCESS_TOKEN, ...actor };
    const answer = await ask(service.url, { grant_type: TOKEN_EXCHANGE, ...form }, { client });
    expect(answer).toMatchObject({ status: 200 });
    return String(answer.json.access_token);
  }

  it('its client was deleted, although another one got the name', async () => {
    expect((await operator.post(APPS, registration('again-and-again'))).status).toBeLessThan(300);
    const { accessToken } = await ownTokens(service, 'again-and-again');
    expect(await isActive(service, accessToken)).toBe(true);
    expect((await operator.call('DELETE', `${APPS}/again-and-again`)).status).toBe(202);
    await gone('clients', 'again-and-again');
    expect((await operator.post(APPS, registration('again-and-again'))).status).toBeLessThan(300);
    expect(await isActive(service, accessToken)).toBe(false);
    expect(await isActive(service, (await ownTokens(service, 'again-and-again')).accessToken)).toBe(true);
  });

  it('the org was deleted that it is for, although another one got the name, and nobody trusts that one', async () => {
    const org = { id: 'brief', name: 'Brief', displayName: 'Brief' };
    expect((await operator.post('/csp/gateway/am/api/orgs', org)).status).toBe(201);
    await operator.post(APPS, { ...registration('guest-of-brief'), allowedOrgs: ['brief'] });
    const asking = () =>
      ask(service.url, { grant_type: 'client_credentials', orgId: 'brief' }, { client: 'guest-of-brief' });
    const accessToken = String((await asking()).json.access_token);
    expect(await isActive(service, accessToken)).toBe(true);
    expect((await operator.call('DELETE', '/csp/gateway/am/api/orgs/brief')).status).toBe(202);
    await gone('orgs', 'brief');
    expect((await operator.post('/csp/gateway/am/api/orgs', org)).status).toBe(201);
    expect(await isActive(service, accessToken)).toBe(false);
    expect((await asking()).status).toBe(400);
  });

  it('its client may not enter the org any more', async () => {
    await operator.post(APPS, { ...registration('visitor-of-beta'), allowedOrgs: ['beta'] });
    const answer = await ask(
      service.url,
      { grant_type: 'client_credentials', orgId: 'beta' },
      { client: 'visitor-of-beta' },
    );
    const accessToken = String(answer.json.access_token);
    expect(await isActive(service, accessToken)).toBe(true);
    expect((await operator.patch(`${APPS}/visitor-of-beta`, { allowedOrgs: [] })).status).toBe(200);
    expect(await isActive(service, accessToken)).toBe(false);
  });

  it('a user is disabled that acts in it', async () => {
    const subject = await logIn(service, 'member');
    const acting = await logIn(service, 'developer');
    const accessToken = await exchanged('shop', subject.accessToken, {
      actor_token: acting.accessToken,
      actor_token_type: ACCESS_TOKEN,
    });
    expect(await isActive(service, accessToken)).toBe(true);
    await operator.patch('/csp/gateway/am/api/orgs/acme/users/u-developer', { disabled: true });
    expect(await isActive(service, accessToken)).toBe(false);
    expect(await isActive(service, subject.accessToken)).toBe(true);
  });

  it('a client is disabled that acts in it through another', async () => {
    const exchanging = { grantTypes: [TOKEN_EXCHANGE], allowedScopes: { generalScopes: ['openid', 'profile'] } };
    await operator.post(APPS, { ...registration('outer-actor'), ...exchanging });
    const trusting = { allowedActorsClientDelegate: ['outer-actor'] };
    await operator.post(APPS, { ...registration('inner-actor'), ...exchanging, ...trusting });
    await operator.patch(`${APPS}/shop`, { allowedActorsClientDelegate: ['inner-actor'] });
    const subject = await logIn(service, 'member');
    const inner = await exchanged('inner-actor', subject.accessToken);
    const outer = await exchanged('outer-actor', inner);
    expect(decodeJwt(outer).act).toEqual({ sub: ':outer-actor', act: { sub: ':inner-actor' } });
    expect(await isActive(service, outer)).toBe(true);
    await operator.patch(`${APPS}/inner-actor`, { disabled: true });
    expect(await isActive(service, outer)).toBe(false);
    expect(await isActive(service, subject.accessToken)).toBe(true);
  });
});
