import type { DialectName } from '../harness/dialects';
import { AUTHORIZE_PATHS, authorizeUrl, LOGIN_WORLD, logInAt, newPkce, REDIRECT_URI } from '../harness/login-world';
import { eventsOf, whileDisabled } from '../harness/people';
import { ISSUER, type Service, startService } from '../harness/service';
import { titleOf, type Visit, Visitor } from '../harness/visitor';

const NAMES = ['csp', 'identity-manager', 'oauth'] as const;

/** What only resembles https://app.example/callback. */
const NEAR_MISSES = [
  ['a trailing slash', 'https://app.example/callback/'],
  ['the host in another case', 'https://App.example/callback'],
  ['the path in another case', 'https://app.example/Callback'],
  ['the scheme in another case', 'HTTPS://app.example/callback'],
  ['the default port', 'https://app.example:443/callback'],
  ['another port', 'https://app.example:8443/callback'],
  ['an empty port', 'https://app.example:/callback'],
  ['a path that leads out and in', 'https://app.example/callback/../callback'],
  ['a dot in the path', 'https://app.example/./callback'],
  ['an encoded way up', 'https://app.example/callback%2f..'],
  ['an encoded letter', 'https://app.example/%63allback'],
  ['a second slash', 'https://app.example//callback'],
  ['a path beneath', 'https://app.example/callback/evil'],
  ['the beginning only', 'https://app.example/call'],
  ['no path', 'https://app.example'],
  ['a wildcard', 'https://app.example/*'],
  ['the host as an encoded user name', 'https://app.example%2f@evil.example/callback'],
  ['the host as a user name', 'https://app.example@evil.example/callback'],
  ['a user name', 'https://ada@app.example/callback'],
  ['a user name and password', 'https://ada:secret@app.example/callback'],
  ['an empty user name', 'https://@app.example/callback'],
  ['the host as a subdomain', 'https://app.example.evil.example/callback'],
  ['a subdomain of the host', 'https://evil.app.example/callback'],
  ['a host that ends like it', 'https://evilapp.example/callback'],
  ['a dot after the host', 'https://app.example./callback'],
  ['a dot of another script', 'https://app。example/callback'],
  ['the URI as a parameter of another', 'https://evil.example/?x=https://app.example/callback'],
  ['the URI as a fragment of another', 'https://evil.example/#https://app.example/callback'],
  ['the URI as a path of another', 'https://evil.example/https://app.example/callback'],
  ['NUL at its end', 'https://app.example/callback\0'],
  ['NUL within', 'https://app.example\0.evil.example/callback'],
  ['an encoded NUL', 'https://app.example/callback%00'],
  ['no TLS', 'http://app.example/callback'],
  ['a further query', 'https://app.example/callback?x=1'],
  ['an empty query', 'https://app.example/callback?'],
  ['the query of another client', 'https://app.example/callback?tenant=1'],
  ['a fragment', 'https://app.example/callback#x'],
  ['an empty fragment', 'https://app.example/callback#'],
  ['a backslash before the path', 'https://app.example\\callback'],
  ['backslashes for all slashes', 'https:\\\\app.example\\callback'],
  ['a backslash that ends the host', 'https://evil.example\\@app.example/callback'],
  ['a backslash at its end', 'https://app.example/callback\\'],
  ['no scheme', '//app.example/callback'],
  ['three slashes', 'https:///app.example/callback'],
  ['no slashes', 'https:app.example/callback'],
  ['a path only', '/callback'],
  ['a tab', 'https://app.example/call\tback'],
  ['a newline', 'https://app.example/callback\n'],
  ['a header', 'https://app.example/callback\r\nSet-Cookie: x=1'],
  ['a space before it', ' https://app.example/callback'],
  ['two at once', 'https://app.example/callback https://evil.example/'],
  ['a script', 'javascript:alert(1)//https://app.example/callback'],
  ['a page', 'data:text/html,https://app.example/callback'],
] as const;

/** What only resembles http://127.0.0.1/callback, http://[::1]/callback or com.example.app:/callback. */
const NEAR_LOOPBACK = [
  'http://127.0.0.1@evil.example/',
  'http://127.0.0.1@evil.example/callback',
  'http://127.0.0.1:80@evil.example/callback',
  'http://127.0.0.1:80\\@evil.example/callback',
  'http://ada@127.0.0.1/callback',
  'http://127.0.0.1.evil.example/callback',
  'http://localhost:1234/callback',
  'http://localhost/callback',
  'http://127.0.0.1:99999/callback',
  'http://127.0.0.1:/callback',
  'http://127.0.0.1:12x/callback',
  'http://127.0.0.1:1234/callback/',
  'http://127.0.0.1:1234/callback?x=1',
  'http://127.0.0.1:1234/callback#x',
  'http://127.0.0.1:1234/',
  'https://127.0.0.1/callback',
  'https://127.0.0.1:1234/callback',
  'https://[::1]:1234/callback',
  'http://127.0.0.2:1234/callback',
  'http://127.1:1234/callback',
  'http://2130706433/callback',
  'http://[0:0:0:0:0:0:0:1]/callback',
  'http://[::ffff:127.0.0.1]/callback',
  'com.example.app://callback',
  'com.example.app:/callback/',
  'com.example.evil:/callback',
  'COM.EXAMPLE.APP:/callback',
];

describe('a redirect URI', () => {
  let service: Service;

  beforeAll(async () => {
    service = await startService({
      world: `${LOGIN_WORLD}
  - { id: foreign, org: acme, secret: foreign-secret, grantTypes: [authorization_code], redirectUris: ["https://例え.example/"] }`,
    });
  });
  afterAll(() => service?.stop());

  const visit = (url: string) => new Visitor(service.url).open(url);

  /** Nobody but the user hears of it, and the audit trail (RFC 6749 section 4.1.2.1). */
  async function expectOnlyAPage(page: Visit, dialect: DialectName, reason: string): Promise<void> {
    expect(page.status).toBe(400);
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(page.headers.get('location')).toBeNull();
    expect(page.headers.getSetCookie()).toEqual([]);
    expect(titleOf(page)).toBe('This cannot go on');
    expect(page.text).not.toContain('app.example');
    const events = await eventsOf(service.database, page.headers.get('x-request-id') ?? '');
    expect(events).toEqual([
      expect.objectContaining({ action: 'code.issue', outcome: 'refused', error: 'invalid_request', dialect, reason }),
    ]);
  }

  describe.each(NAMES)('in the %s dialect', (dialect) => {
    const asked = (client: string, uri: string) =>
      authorizeUrl({ client, dialect, parameters: { redirect_uri: uri, prompt: 'none' } });
    const query = (text: string) => `${AUTHORIZE_PATHS[dialect]}?response_type=code&state=x&prompt=none&${text}`;
    const uriParameter = `redirect_uri=${encodeURIComponent(REDIRECT_URI)}`;

    it('is taken as it is registered', async () => {
      const { status, headers } = await visit(asked('web', REDIRECT_URI));
      expect(status).toBe(302);
      expect(headers.get('location')).toMatch(/^https:\/\/app\.example\/callback\?error=login_required&/);
    });

    it.each(NEAR_MISSES)('is refused with %s', async (_what, uri) => {
      const reason = `redirect_uri is not registered for web: ${uri.replace('\0', '\u{FFFD}')}`;
      await expectOnlyAPage(await visit(asked('web', uri)), dialect, reason);
    });

    it.each(NEAR_LOOPBACK)('is refused when it is %s', async (uri) =>
      expectOnlyAPage(await visit(asked('spa', uri)), dialect, `redirect_uri is not registered for spa: ${uri}`),
    );

    it('is refused without the query that it is registered with', async () => {
      const reason = `redirect_uri is not registered for with-query: ${REDIRECT_URI}`;
      await expectOnlyAPage(await visit(asked('with-query', REDIRECT_URI)), dialect, reason);
    });

    it.each([
      ['omitted', 'client_id=web'],
      ['empty', 'client_id=web&redirect_uri='],
      ['repeated', `client_id=web&${uriParameter}&${uriParameter}`],
      ['repeated with another', `client_id=web&${uriParameter}&redirect_uri=https://evil.example/`],
    ])('is refused when it is %s', async (_what, text) =>
      expectOnlyAPage(await visit(query(text)), dialect, 'redirect_uri of web is missing or repeated'),
    );

    it('is refused when it is not UTF-8', async () =>
      expectOnlyAPage(
        await visit(query('client_id=web&redirect_uri=https://app.example/callback%FF')),
        dialect,
        'The percent-encoding of a parameter is malformed.',
      ));

    it.each([
      ['no client', '', 'client_id is missing or repeated'],
      ['an empty client', 'client_id=', 'client_id is missing or repeated'],
      ['a client that is named twice', 'client_id=web&client_id=web', 'client_id is missing or repeated'],
      ['two clients', 'client_id=web&client_id=spa', 'client_id is missing or repeated'],
      ['an unknown client', 'client_id=nobody', 'the client is unknown or disabled'],
      ['a client in another case', 'client_id=WEB', 'the client is unknown or disabled'],
      ['a client with NUL', 'client_id=web%00', 'the client is unknown or disabled'],
      ['a client with a space', 'client_id=web%20', 'the client is unknown or disabled'],
    ])('is of no use with %s', async (_what, text, reason) =>
      expectOnlyAPage(await visit(query(`${uriParameter}&${text}`)), dialect, reason),
    );

    it.each([
      ['disabled client', 'client', 'web'],
      ['client of a disabled org', 'org', 'acme'],
    ] as const)('is of no use with a %s', async (_what, kind, id) => {
      const page = await whileDisabled(service.database, kind, id, () => visit(asked('web', REDIRECT_URI)));
      await expectOnlyAPage(page, dialect, 'the client is unknown or disabled');
      expect((await visit(asked('web', REDIRECT_URI))).status).toBe(302);
    });

    it.each([
      ['web', REDIRECT_URI],
      ['spa', 'http://127.0.0.1/callback'],
      ['spa', 'http://127.0.0.1:49152/callback'],
      ['spa', 'http://[::1]/callback'],
      ['spa', 'http://[::1]:1/callback'],
      ['spa', 'com.example.app:/callback'],
    ])('brings %s its code at %s', async (client, uri) => {
      const url = authorizeUrl({ client, dialect, parameters: { redirect_uri: uri } }, newPkce());
      const { status, headers } = await logInAt(new Visitor(service.url), url);
      expect([302, 303]).toContain(status);
      const [, parameters = ''] = (headers.get('location') ?? '').split(`${uri}?`);
      expect(Object.fromEntries(new URLSearchParams(parameters))).toEqual({
        code: expect.stringMatching(/^[\w-]{43}$/) as string,
        state: 'the state',
        iss: dialect === 'identity-manager' ? `${ISSUER}/SAAS/auth` : ISSUER,
      });
    });
  });

  it('keeps the query that it is registered with, for a code and for an error', async () => {
    const redirectUri = `${REDIRECT_URI}?tenant=1`;
    const parameters = { redirect_uri: redirectUri };
    const login = await logInAt(new Visitor(service.url), authorizeUrl({ client: 'with-query', parameters }));
    expect(login.headers.get('location')).toMatch(/^https:\/\/app\.example\/callback\?tenant=1&code=[\w-]{43}&state=/);
    const refused = await visit(authorizeUrl({ client: 'with-query', parameters: { ...parameters, prompt: 'none' } }));
    expect(refused.headers.get('location')).toMatch(
      /^https:\/\/app\.example\/callback\?tenant=1&error=login_required&/,
    );
  });

  it('may have letters beyond ASCII, which a header cannot', async () => {
    const parameters = { redirect_uri: 'https://例え.example/', prompt: 'none' };
    const { status, leftTo } = await visit(authorizeUrl({ client: 'foreign', parameters }));
    expect(status).toBe(302);
    expect(leftTo?.host).toBe('xn--r8jz45g.example');
  });

  it.each([
    ['web', 'https://evil.example/'],
    ['nobody', REDIRECT_URI],
  ])('is refused in the name of the client that %s claims to be', async (client, uri) => {
    const page = await visit(authorizeUrl({ client, parameters: { redirect_uri: uri } }));
    const events = await eventsOf(service.database, page.headers.get('x-request-id') ?? '');
    expect(events).toMatchObject([{ action: 'code.issue', client_id: client }]);
  });
});
