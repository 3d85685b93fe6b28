import type { DialectName } from '../harness/dialects';
import {
  type Asking,
  AUTHORIZE_PATHS,
  authorizeUrl,
  browserLogin,
  LOGIN_WORLD,
  logInAt,
  newPkce,
  REDIRECT_URI,
} from '../harness/login-world';
import { reasonOf } from '../harness/people';
import { ISSUER, type Service, startService } from '../harness/service';
import { titleOf, type Visit, Visitor } from '../harness/visitor';

const CSP_ISSUER = 'https://csp.test';
const ISSUERS: Readonly<Record<DialectName, string>> = {
  csp: CSP_ISSUER,
  'identity-manager': `${ISSUER}/SAAS/auth`,
  oauth: ISSUER,
};
const NAMES = ['csp', 'identity-manager', 'oauth'] as const;
const STATE = `a+b c%20&x=1#/?"'<script>\\;,\t\r\nü€😀`;
const { challenge: CHALLENGE } = newPkce();
const S256 = { code_challenge: CHALLENGE, code_challenge_method: 'S256' };

type Given = NonNullable<Asking['parameters']>;

/** Parameters that are wrong for `web` whoever is logged in, what they are answered, and a word of the description. */
const REFUSED: readonly (readonly [what: string, parameters: Given, error: string, description: RegExp])[] = [
  ['no response_type', { response_type: undefined }, 'invalid_request', /response_type/],
  ['an empty response_type', { response_type: '' }, 'invalid_request', /response_type/],
  ['response_type=token', { response_type: 'token' }, 'unsupported_response_type', /response_type/],
  ['response_type=id_token', { response_type: 'id_token' }, 'unsupported_response_type', /response_type/],
  ['a hybrid response_type', { response_type: 'code token' }, 'unsupported_response_type', /response_type/],
  ['response_type in another case', { response_type: 'CODE' }, 'unsupported_response_type', /response_type/],
  ['response_mode=fragment', { response_mode: 'fragment' }, 'invalid_request', /response_mode/],
  ['response_mode=form_post', { response_mode: 'form_post' }, 'invalid_request', /response_mode/],
  ['a request object', { request: 'e30.e30.' }, 'request_not_supported', /[Rr]equest object/],
  ['a request object elsewhere', { request_uri: 'urn:x' }, 'request_uri_not_supported', /[Rr]equest object/],
  ['PKCE with plain', { ...S256, code_challenge_method: 'plain' }, 'invalid_request', /S256/],
  ['PKCE with a method of another case', { ...S256, code_challenge_method: 's256' }, 'invalid_request', /S256/],
  ['PKCE without method', { code_challenge: CHALLENGE }, 'invalid_request', /S256/],
  ['PKCE with an empty method', { ...S256, code_challenge_method: '' }, 'invalid_request', /S256/],
  ['a method without challenge', { code_challenge_method: 'S256' }, 'invalid_request', /code_challenge/],
  ['a short challenge', { ...S256, code_challenge: CHALLENGE.slice(1) }, 'invalid_request', /code_challenge/],
  ['a long challenge', { ...S256, code_challenge: `${CHALLENGE}A` }, 'invalid_request', /code_challenge/],
  ['a padded challenge', { ...S256, code_challenge: `${CHALLENGE}=` }, 'invalid_request', /code_challenge/],
  ['a challenge in base64', { ...S256, code_challenge: `+${CHALLENGE.slice(1)}` }, 'invalid_request', /code_challenge/],
  ['prompt=none with login', { prompt: 'none login' }, 'invalid_request', /prompt/],
  ['prompt=none with consent', { prompt: 'consent none' }, 'invalid_request', /prompt/],
  ['a negative max_age', { max_age: '-1' }, 'invalid_request', /max_age/],
  ['a max_age in words', { max_age: 'hour' }, 'invalid_request', /max_age/],
  ['a max_age with a fraction', { max_age: '1.5' }, 'invalid_request', /max_age/],
  ['a max_age with an exponent', { max_age: '1e3' }, 'invalid_request', /max_age/],
  ['a huge max_age', { max_age: '9'.repeat(400) }, 'invalid_request', /max_age/],
  ['NUL in a parameter', { login_hint: 'ada\0' }, 'invalid_request', /NUL/],
  ['a structured parameter', { 'claims[id_token]': 'x' }, 'invalid_request', /parameter name/],
  ['a name of every object', { constructor: 'x' }, 'invalid_request', /parameter name/],
  ['a value that is too long', { nonce: 'n'.repeat(4_097) }, 'invalid_request', /nonce/],
  ['an org that does not exist', { orgId: 'nowhere' }, 'access_denied', /organization/],
  ['an org that the user is not in', { orgId: 'gamma' }, 'access_denied', /organization/],
];

describe('an authorization request', () => {
  let service: Service;
  let ada: Visitor;

  beforeAll(async () => {
    service = await startService({ world: LOGIN_WORLD, env: { CSP_ISSUER } });
    ada = new Visitor(service.url);
    await logInAt(ada, authorizeUrl());
  });
  afterAll(() => service?.stop());

  /** What the client is told at its redirect URI, none of it twice. */
  function answerIn({ status, headers }: Visit): Record<string, string> {
    expect([302, 303]).toContain(status);
    expect(headers.get('cache-control')).toBe('no-store');
    const location = headers.get('location') ?? '';
    expect(location.startsWith(`${REDIRECT_URI}?`)).toBe(true);
    const pairs = [...new URL(location).searchParams];
    const answer = Object.fromEntries(pairs);
    expect(Object.keys(answer)).toHaveLength(pairs.length);
    return answer;
  }

  const ask = async (asking: Asking, visitor = ada) => answerIn(await visitor.open(authorizeUrl(asking)));
  const code = (dialect: DialectName = 'oauth') => ({
    code: expect.stringMatching(/^[\w-]{43}$/) as string,
    state: 'the state',
    iss: ISSUERS[dialect],
  });
  const refusal = (error: string, description = /./, dialect: DialectName = 'oauth') => ({
    error,
    // RFC 6749 section 4.1.2.1.
    error_description: expect.stringMatching(/^[\x20-\x21\x23-\x5B\x5D-\x7E]+$/) as string,
    state: 'the state',
    iss: ISSUERS[dialect],
    ...(description.source === '.' ? {} : { error_description: expect.stringMatching(description) as string }),
  });

  it.each(NAMES)('is answered in the name of the issuer, in the %s dialect', async (dialect) => {
    expect(await ask({ dialect })).toEqual(code(dialect));
    const refused = await ask({ dialect, parameters: { response_type: 'token' } });
    expect(refused).toEqual(refusal('unsupported_response_type', /./, dialect));
  });

  it.each(REFUSED)('with %s is refused at the redirect URI', async (_what, parameters, error, description) => {
    const visit = await ada.open(authorizeUrl({ parameters }));
    expect(answerIn(visit)).toEqual(refusal(error, description));
    expect(await reasonOf(service.database, visit.headers.get('x-request-id') ?? '')).toMatch(/./);
  });

  it.each(['state', 'scope', 'x'])('with %s repeated is refused at the redirect URI', async (name) => {
    const visit = await ada.open(`${authorizeUrl({ parameters: { [name]: 'once' } })}&${name}=twice`);
    const { state, ...rest } = answerIn(visit);
    expect(rest).toEqual({ ...refusal('invalid_request', /repeated/), state: undefined });
    expect(state).toBe(name === 'state' ? undefined : 'the state');
  });

  it('of a client without the grant is refused', async () =>
    expect(await ask({ client: 'no-code' })).toEqual(refusal('unauthorized_client', /grant/)));

  it.each(['spa', 'strict'])('of %s needs PKCE', async (client) => {
    expect(await ask({ client })).toEqual(refusal('invalid_request', /code_challenge/));
    expect((await ada.open(authorizeUrl({ client }, newPkce()))).status).toBeLessThan(400);
  });

  it('with prompt=none is answered without a page, whatever that takes', async () => {
    const quietly = { parameters: { prompt: 'none' } };
    expect(await ask(quietly, new Visitor(service.url))).toEqual(refusal('login_required'));
    expect(await ask({ ...quietly, client: 'partner' })).toEqual(refusal('consent_required'));
    expect(await ask(quietly)).toEqual(code());
  });

  it.each(['csp', 'oauth'] as const)('for an unknown scope is refused in the %s dialect', async (dialect) =>
    expect(await ask({ dialect, parameters: { scope: 'openid nonsense' } })).toEqual(
      refusal('invalid_scope', /scope/, dialect),
    ),
  );

  it('for an unknown scope gives what there is in the identity-manager dialect', async () => {
    const asking = { dialect: 'identity-manager', parameters: { scope: 'openid nonsense' } } as const;
    expect(await ask(asking)).toEqual(code('identity-manager'));
    expect((await browserLogin(service, asking)).json.scope).toBe('openid');
  });

  it('tells nothing of an org that the user is not in', async () => {
    const [unknown, foreign] = [
      await ask({ parameters: { orgId: 'nowhere' } }),
      await ask({ parameters: { orgId: 'gamma' } }),
    ];
    expect(foreign).toEqual(unknown);
    expect(titleOf(await ada.open(authorizeUrl({ parameters: { orgId: 'beta' } })))).toBe('Allow access?');
  });

  it('that the user refuses is refused, and nothing is remembered', async () => {
    const page = await ada.open(authorizeUrl({ client: 'partner' }));
    expect(answerIn(await ada.submit(page, { decision: 'refuse' }))).toEqual(refusal('access_denied', /refused/));
    expect(answerIn(await ada.submit(page, {}))).toEqual(refusal('access_denied', /refused/));
    expect(await service.database.query("SELECT 1 FROM consents WHERE user_id = 'u-ada'")).toEqual([]);
  });

  it.each([
    { acr_values: 'urn:mace:incommon:iap:silver 2' },
    { ui_locales: 'fr-CA fr xx' },
    { display: 'wap' },
    { claims: '{"id_token":{"email":{"essential":true}}}' },
    { prompt: 'create' },
    { response_mode: 'query' },
    { resource: 'https://api.example', x_unknown: 'ü', 'dotted.name': '1', empty: '' },
  ])('with %j is answered as without', async (parameters: Given) => expect(await ask({ parameters })).toEqual(code()));

  it('gets its state back as it was', async () => {
    const state = { parameters: { state: STATE } };
    expect(await ask(state)).toEqual({ ...code(), state: STATE });
    expect(await ask({ parameters: { ...state.parameters, orgId: 'nowhere' } })).toMatchObject({ state: STATE });
    const login = await logInAt(new Visitor(service.url), authorizeUrl(state));
    expect(answerIn(login)).toEqual({ ...code(), state: STATE });
  });

  it.each([undefined, ''])('gets no state back when it is %j', async (state) => {
    expect(Object.keys(await ask({ parameters: { state } }))).toEqual(['code', 'iss']);
    const refused = await ask({ parameters: { state, response_type: 'x' } });
    expect(Object.keys(refused)).toEqual(['error', 'error_description', 'iss']);
  });

  // OpenID Connect Core sections 3.1.2.1 and 3.1.2.2.
  it('with id_token_hint gets nothing of another user than the one that the hint is of', async () => {
    const bob = new Visitor(service.url);
    const account = { username: 'bob', password: 'bob-password' };
    await logInAt(bob, authorizeUrl({ parameters: { domain: 'beta.example' } }), account);
    const ofAda = String((await browserLogin(service)).json.id_token);
    const quietly = { prompt: 'none', id_token_hint: ofAda };
    expect(await ask({ parameters: quietly })).toEqual(code());
    expect(await ask({ client: 'partner', parameters: { prompt: 'none' } }, bob)).toEqual(code());
    expect(await ask({ client: 'partner', parameters: quietly }, bob)).toEqual(refusal('login_required'));
  });

  describe.each(NAMES)('that comes as a form, in the %s dialect', (dialect) => {
    const url = () => new URL(authorizeUrl({ dialect, parameters: { state: STATE } }), service.url);
    const post = (body: string) =>
      fetch(`${service.url}${AUTHORIZE_PATHS[dialect]}`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
        body,
        redirect: 'manual',
      });

    it('is sent on as a GET', async () => {
      const { status, headers } = await post(url().search.slice(1));
      expect(status).toBe(303);
      const to = new URL(headers.get('location') ?? '', service.url);
      expect(to.pathname).toBe(AUTHORIZE_PATHS[dialect]);
      expect(Object.fromEntries(to.searchParams)).toEqual(Object.fromEntries(url().searchParams));
      expect(titleOf(await new Visitor(service.url).open(to.href))).toBe('Log in');
      expect(answerIn(await ada.open(to.href))).toEqual({ ...code(dialect), state: STATE });
    });

    it('is judged like a GET', async () => {
      const { status, headers } = await post(`${url().search.slice(1)}&nonce=1&nonce=2`);
      expect(status).toBe(303);
      expect(answerIn(await ada.open(headers.get('location') ?? ''))).toMatchObject({ error: 'invalid_request' });
    });
  });
});
