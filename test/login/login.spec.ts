import { decodeJwt } from 'jose';
import { authorizeUrl, browserLogin, codeOf, LOGIN_WORLD, logInAt, newPkce, redeem } from '../harness/login-world';
import { type Service, startService } from '../harness/service';
import { linksOf, titleOf, Visitor } from '../harness/visitor';

describe('logging in with a browser', () => {
  let service: Service;

  beforeAll(async () => {
    service = await startService({ world: LOGIN_WORLD });
  });
  afterAll(() => service?.stop());

  it('goes from the domain over the login to the client, with code, state and issuer', async () => {
    const visitor = new Visitor(service.url);
    const asked = { client: 'partner', parameters: { domain: undefined } };
    const domains = await visitor.open(authorizeUrl(asked));
    expect(titleOf(domains)).toBe('Choose your domain');
    const login = await visitor.open(linksOf(domains.text).get('Acme acme.example') ?? '');
    expect(titleOf(login)).toBe('Log in');
    const consent = await visitor.submit(login, { username: 'ada', password: 'ada-password' });
    expect(titleOf(consent)).toBe('Allow access?');
    const { leftTo } = await visitor.submit(consent, { decision: 'allow' });
    expect(leftTo?.href).toMatch(
      /^https:\/\/app\.example\/callback\?code=[\w-]{43}&state=the\+state&iss=https%3A%2F%2Fid\.test$/,
    );
  });

  it('gives tokens for the code, once', async () => {
    const pkce = newPkce();
    const code = await codeOf(service, { parameters: { nonce: 'n-1' } }, pkce);
    const tokens = await redeem(service, code, { parameters: { code_verifier: pkce.verifier } });
    expect(tokens.status).toBe(200);
    expect(decodeJwt(String(tokens.json.id_token))).toMatchObject({ sub: 'u-ada', nonce: 'n-1', aud: 'web' });
    const again = await redeem(service, code, { parameters: { code_verifier: pkce.verifier } });
    expect(again).toMatchObject({ status: 400, json: { error: 'invalid_grant' } });
  });

  it('asks for nothing while the session lasts', async () => {
    const visitor = new Visitor(service.url);
    await logInAt(visitor, authorizeUrl());
    const { status, leftTo } = await visitor.open(authorizeUrl({ parameters: { prompt: 'none' } }));
    expect(status).toBe(302);
    expect(leftTo?.searchParams.get('code')).toEqual(expect.any(String));
  });

  it.each(['csp', 'identity-manager', 'oauth'] as const)('works in the %s dialect', async (dialect) => {
    const { json } = await browserLogin(service, { dialect, client: 'spa' });
    expect(json).toMatchObject({ access_token: expect.any(String) as string, id_token: expect.any(String) as string });
  });
});
