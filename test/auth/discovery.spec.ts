import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose';
import { DIALECTS } from '../harness/dialects';
import { errorName, expectErrorShape } from '../harness/error-shape';
import { type Answer, basic, get, post } from '../harness/http';
import { type Asking, authorizeUrl, browserLogin, LOGIN_WORLD, logInAt } from '../harness/login-world';
import { talk } from '../harness/raw-http';
import { ISSUER, type Service, startService } from '../harness/service';
import { SPY_GRANT, SpyModule } from '../harness/spy-grant';
import { titleOf, Visitor, type Visit } from '../harness/visitor';

const CSP_PATH = '/csp/gateway/am/api';

/** The dialect's issuer; where its metadata stands, and where endpoints stand that it may have. */
const PLACES = {
  csp: {
    issuer: ISSUER + CSP_PATH,
    documents: [
      `${CSP_PATH}/.well-known/openid-configuration`,
      `${CSP_PATH}/auth/.well-known/openid-configuration`,
      `/.well-known/oauth-authorization-server${CSP_PATH}`, // RFC 8414 section 3.1
      `/.well-known/openid-configuration${CSP_PATH}`, // section 5
    ],
    perhaps: {
      introspection_endpoint: `${CSP_PATH}/auth/introspect`,
      revocation_endpoint: `${CSP_PATH}/auth/revoke`,
      end_session_endpoint: '/oauth2/logout',
    },
  },
  'identity-manager': {
    issuer: `${ISSUER}/SAAS/auth`,
    documents: [
      '/SAAS/auth/.well-known/openid-configuration',
      '/.well-known/oauth-authorization-server/SAAS/auth',
      '/.well-known/openid-configuration/SAAS/auth',
    ],
    perhaps: {
      introspection_endpoint: '/oauth2/introspect',
      revocation_endpoint: '/oauth2/revoke',
      end_session_endpoint: '/oauth2/logout',
    },
  },
  oauth: {
    issuer: ISSUER,
    documents: ['/.well-known/openid-configuration', '/.well-known/oauth-authorization-server'],
    perhaps: {
      introspection_endpoint: '/oauth2/introspect',
      revocation_endpoint: '/oauth2/revoke',
      device_authorization_endpoint: '/oauth2/device_authorization',
      pushed_authorization_request_endpoint: '/oauth2/par',
      registration_endpoint: '/oauth2/register',
      end_session_endpoint: '/oauth2/logout',
    },
  },
} as const;

const OFTEN_OFFERED = ['implicit', 'urn:ietf:params:oauth:grant-type:device_code', 'urn:openid:params:grant-type:ciba'];

interface Metadata {
  readonly issuer: string;
  readonly grant_types_supported: string[];
  readonly id_token_signing_alg_values_supported: string[];
  readonly prompt_values_supported: string[];
  readonly [name: string]: unknown;
}

const ALGS = ['RS256', 'ES256', 'PS256', 'EdDSA'];
const WORLD = [
  LOGIN_WORLD.trimEnd(),
  ...ALGS.map((signingAlg) => {
    const scopes = { allowedScopes: { generalScopes: ['openid'] }, redirectUris: ['https://app.example/callback'] };
    const client = { id: `of-${signingAlg}`, org: 'acme', secret: `of-${signingAlg}-secret`, signingAlg, ...scopes };
    return `  - ${JSON.stringify({ ...client, grantTypes: ['authorization_code'] })}`;
  }),
].join('\n');

describe('discovery', () => {
  let service: Service;

  beforeAll(async () => {
    const env = { CSP_ISSUER: PLACES.csp.issuer };
    service = await startService({ world: WORLD, extensions: [SpyModule], env });
  });
  afterAll(() => service?.stop());

  const metadataAt = async (path: string) => (await get(service.url + path)).json as Metadata;
  /** A public URL as it is reached here, where no proxy is. */
  const here = (url: unknown) => String(url).replace(ISSUER, service.url);

  describe.each(DIALECTS)('of $dialect', ({ dialect }) => {
    const { issuer, documents, perhaps } = PLACES[dialect];
    let metadata: Metadata;
    beforeAll(async () => {
      metadata = await metadataAt(documents[0]);
    });

    const authorization = (parameters: Asking['parameters'] = {}) => {
      const query = authorizeUrl({ client: 'web', parameters }).split('?')[1];
      return `${here(metadata.authorization_endpoint)}?${query}`;
    };
    const authorize = (parameters: Asking['parameters']) =>
      logInAt(new Visitor(service.url), authorization(parameters));
    const ask = (form: Record<string, string>, headers: Record<string, string> = basic('web', 'web-secret')) =>
      post(here(metadata.token_endpoint), { form, headers });
    const nameOf = (answer: Answer) => errorName(answer, dialect);

    it.each(documents)('stands at %s, for everyone to keep for a while', async (path) => {
      const answer = await get(service.url + path);
      expect(answer).toMatchObject({ status: 200, json: metadata });
      expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
      expect(answer.headers.get('cache-control')).toBe('public, max-age=300');
    });

    it('names the issuer, and endpoints under the public address, whatever host was asked', async () => {
      const request = `GET ${documents[0]} HTTP/1.1\r\nHost: evil.example\r\nX-Forwarded-Host: evil.example\r\n\r\n`;
      const answer = await talk(service.url, request);
      expect(answer?.json).toEqual(metadata);
      expect(metadata.issuer).toBe(issuer);
      const urls = Object.entries(metadata).filter(([name]) => /_endpoint$|_uri$/.test(name));
      expect(urls.map(([name]) => name)).toEqual(expect.arrayContaining(['token_endpoint', 'jwks_uri']));
      for (const [, url] of urls) expect(url).toMatch(new RegExp(`^${ISSUER}/`));
    });

    it('leads to endpoints that answer', async () => {
      const authorizationPage = await get(here(metadata.authorization_endpoint));
      expect(authorizationPage.status).toBe(400);
      expect(authorizationPage.text).toContain('The application that sent you here is not known.');
      const tokens = await ask({ grant_type: 'client_credentials' });
      expect(tokens).toMatchObject({ status: 200, json: { access_token: expect.any(String) as string } });
      const token = { form: { token: String(tokens.json.access_token) }, headers: basic('web', 'web-secret') };
      expect((await post(here(metadata.introspection_endpoint), token)).json.active).toBe(true);
      expect((await post(here(metadata.revocation_endpoint), token)).status).toBe(200);
      expect((await post(here(metadata.introspection_endpoint), token)).json).toEqual({ active: false });
      expect((await get(here(metadata.userinfo_endpoint))).status).toBe(401);
      expect((await get(here(metadata.end_session_endpoint))).text).toContain('You are logged out');
      const { keys } = (await get(here(metadata.jwks_uri))).json as { keys: { alg: string }[] };
      expect(keys.map(({ alg }) => alg)).toEqual(expect.arrayContaining(ALGS));
    });

    it.each(Object.entries(perhaps))('has %s if and only if %s answers', async (name, path) => {
      const statuses = [await get(service.url + path), await post(service.url + path)].map(({ status }) => status);
      const answers = statuses.some((status) => status !== 404 && status !== 405);
      expect({ path, told: metadata[name] }).toEqual({ path, told: answers ? ISSUER + path : undefined });
    });

    it('lists the grants that the token endpoint knows, those of extensions included, and no other', async () => {
      expect(metadata.grant_types_supported).toContain(SPY_GRANT);
      const documentsOfAll = await Promise.all(Object.values(PLACES).map((one) => metadataAt(one.documents[0])));
      const everywhere = documentsOfAll.flatMap((one) => one.grant_types_supported);
      for (const grant of new Set([...everywhere, ...OFTEN_OFFERED])) {
        const unknown = nameOf(await ask({ grant_type: grant })) === 'unsupported_grant_type';
        expect({ grant, listed: !unknown }).toEqual({
          grant,
          listed: metadata.grant_types_supported.includes(grant),
        });
      }
    });

    it('lists the algorithms that ID tokens are signed with', async () => {
      expect(metadata.id_token_signing_alg_values_supported).toEqual(ALGS);
      const keys = createRemoteJWKSet(new URL(here(metadata.jwks_uri)));
      for (const alg of ALGS) {
        const { json } = await browserLogin(service, { dialect, client: `of-${alg}` });
        const verified = await jwtVerify(String(json.id_token), keys, { issuer, audience: `of-${alg}` });
        expect(verified.protectedHeader.alg).toBe(alg);
      }
    });

    it.each([
      ['response_types_supported', 'response_type', 'code', ['token', 'id_token', 'code id_token', 'none']],
      ['response_modes_supported', 'response_mode', 'query', ['fragment', 'form_post', 'query.jwt', 'web_message']],
    ])('lists under %s what %s may be', async (name, parameter, supported, others) => {
      expect(metadata[name]).toEqual([supported]);
      const { leftTo } = await authorize({ [parameter]: supported });
      expect(leftTo?.searchParams.get('code')).toEqual(expect.any(String));
      const error = parameter === 'response_type' ? 'unsupported_response_type' : 'invalid_request';
      for (const other of others) expectRefused(await authorize({ [parameter]: other }), error);
    });

    it('lists S256 as the one method of PKCE', async () => {
      expect(metadata.code_challenge_methods_supported).toEqual(['S256']);
      await browserLogin(service, { dialect, client: 'strict' }); // PKCE with S256, to the end
      const challenge = { code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM' };
      for (const method of ['plain', 'S512', 's256', undefined]) {
        expectRefused(await authorize({ ...challenge, code_challenge_method: method }), 'invalid_request');
      }
    });

    it('lists the prompts that make a difference', async () => {
      const seen: Record<string, string> = {};
      for (const prompt of metadata.prompt_values_supported) {
        const visitor = new Visitor(service.url);
        await logInAt(visitor, authorization());
        if (prompt === 'none') visitor.cookies.clear();
        const visit = await visitor.open(authorization({ prompt }));
        seen[prompt] = visit.leftTo?.searchParams.get('error') ?? titleOf(visit);
      }
      expect(seen).toEqual({
        none: 'login_required',
        login: 'Log in',
        consent: 'Allow access?',
        select_account: 'Choose an account',
      });
    });

    it('says that request objects and the claims parameter are not supported', async () => {
      const no = { claims_parameter_supported: false, request_parameter_supported: false };
      expect(metadata).toMatchObject({ ...no, request_uri_parameter_supported: false });
      expectRefused(await authorize({ request: 'e30.e30.' }), 'request_not_supported');
      expectRefused(await authorize({ request_uri: 'https://app.example/r' }), 'request_uri_not_supported');
      // OpenID Connect Core section 5.5: a parameter that is not supported is ignored.
      const { leftTo } = await authorize({ claims: '{"id_token":{"email":{"essential":true}}}' });
      expect(leftTo?.searchParams.get('code')).toEqual(expect.any(String));
    });

    it('lists the ways in which clients authenticate', async () => {
      expect(metadata.token_endpoint_auth_methods_supported).toEqual([
        'client_secret_basic',
        'client_secret_post',
        'none',
      ]);
      expect(metadata).toMatchObject({
        introspection_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
        revocation_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'none'],
      });
      const form = { grant_type: 'client_credentials' };
      expect(await ask(form)).toMatchObject({ status: 200 });
      expect(await ask({ ...form, client_id: 'web', client_secret: 'web-secret' }, {})).toMatchObject({ status: 200 });
      await browserLogin(service, { dialect, client: 'spa' }); // with no secret
      const type = { client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer' };
      const assertion = await ask({ ...form, ...type, client_id: 'web', client_assertion: 'e30.e30.e30' }, {});
      expect(nameOf(assertion)).toBe('invalid_client');
    });

    it('tells the truth of iss, scopes and subjects', async () => {
      expect(metadata).toMatchObject({
        authorization_response_iss_parameter_supported: true,
        scopes_supported: ['openid'],
        subject_types_supported: ['public'],
      });
      const { leftTo } = await authorize({});
      expect(leftTo?.searchParams.get('iss')).toBe(issuer);
      const logins = ['web', 'of-ES256'].map((client) =>
        browserLogin(service, { dialect, client, parameters: { scope: 'openid' } }),
      );
      const [one, other] = (await Promise.all(logins)).map(({ json }) => decodeJwt(String(json.id_token)).sub);
      expect(one).toEqual(expect.any(String));
      expect(one).toBe(other); // for every client the same
    });

    function expectRefused({ leftTo }: Visit, error: string): void {
      const { code, ...answer } = Object.fromEntries(leftTo?.searchParams ?? []);
      expect(answer).toMatchObject({ error, state: 'the state', iss: issuer });
      expect(code).toBeUndefined();
    }
  });

  it.each(['unknown', 'SAAS', 'SAAS/auth/more', 'csp/gateway', 'oauth2', '..%2FSAAS%2Fauth', '//id.test'])(
    'is not found for the issuer path %s',
    async (path) => {
      const answer = await get(`${service.url}/.well-known/oauth-authorization-server/${path}`);
      expect(answer.status).toBe(404);
      expectErrorShape(answer, 'oauth');
    },
  );
});
