import { authorizeUrl, REDIRECT_URI } from '../harness/login-world';
import { type Service, startService } from '../harness/service';
import { plainText, titleOf, type Visit, Visitor } from '../harness/visitor';

const EVIL = `"'><script>alert(1)</script><p onclick=alert(2) style=color:red>&amp;</title>`;
const EVIL_SCOPE = '<script>scope</script>';
const ADA = { username: `ada${EVIL}`, password: 'ada-password' };
const GOODBYE = 'https://app.example:8443/goodbye';

const CLIENT = {
  displayName: `Application ${EVIL}`,
  grantTypes: ['authorization_code', 'refresh_token'],
  redirectUris: [REDIRECT_URI],
  postLogoutRedirectUris: [GOODBYE],
  allowedScopes: {
    generalScopes: ['openid', EVIL_SCOPE],
    organizationScopes: { allRoles: true },
    servicesScopes: [{ serviceDefinitionId: 'tmc', allRoles: true }],
  },
};

/** All that someone can name is named after an attack. JSON is YAML, too. */
const WORLD = JSON.stringify({
  orgs: [
    { id: 'acme', name: `ACME${EVIL}`, displayName: `Acme ${EVIL}`, logo: 'https://cdn.example/logo.png?"><script>' },
    { id: 'beta', name: `BETA${EVIL}`, displayName: `Beta ${EVIL}`, logo: 'data:image/png;base64,iVBORw0KGgo=' },
  ],
  domains: [
    { name: 'acme.example', displayName: `Acme domain ${EVIL}`, org: 'acme' },
    { name: 'beta.example', displayName: `Beta domain ${EVIL}`, org: 'beta' },
  ],
  serviceDefinitions: [{ id: 'tmc', name: `Mission ${EVIL}`, roles: [{ name: EVIL_SCOPE, permissions: [] }] }],
  users: [
    {
      id: 'u-ada',
      domain: 'acme.example',
      defaultOrg: 'acme',
      ...ADA,
      memberships: [
        { org: 'acme', roles: ['org_owner'], serviceRoles: [{ serviceDefinitionId: 'tmc', role: EVIL_SCOPE }] },
      ],
    },
  ],
  clients: [
    { id: 'web', org: 'acme', secret: 'web-secret', ...CLIENT },
    { id: 'partner', org: 'beta', secret: 'partner-secret', allowedOrgs: ['acme'], ...CLIENT },
  ],
});

/** What each page has to say, where its form may lead, and whose image it shows. */
const PAGES = {
  domain: { says: [`Application ${EVIL}`, `Acme domain ${EVIL}`, `Beta ${EVIL}`], image: 'data:' },
  login: {
    says: [`Application ${EVIL}`, `Acme ${EVIL}`],
    leadsTo: 'https://app.example',
    image: 'https://cdn.example',
  },
  'failed login': {
    says: [`Acme domain ${EVIL}`],
    status: 401,
    leadsTo: 'https://app.example',
    image: 'https://cdn.example',
  },
  consent: {
    says: [ADA.username, `Beta ${EVIL}`, `Mission ${EVIL}`, `Use ${EVIL_SCOPE}`, `role ${EVIL_SCOPE}`],
    leadsTo: 'https://app.example',
    image: 'https://cdn.example',
  },
  account: { says: [ADA.username, `Application ${EVIL}`], image: 'https://cdn.example' },
  logout: { says: [ADA.username] },
  'logout for a client': { says: [`Application ${EVIL}`], leadsTo: 'https://app.example:8443' },
  'signed out': { says: ['You are logged out'] },
  'unknown client': { says: ['not known'], status: 400 },
  'wrong redirect URI': { says: ['address to return to'], status: 400 },
  'wrong logout': { says: ['id_token_hint'], status: 400 },
  'missing form token': { says: ['did not come from here'], status: 403 },
  'wrong content type': { says: ['Send a form'], status: 415 },
  'wrong parameter': { says: ['parameter name'], status: 400 },
} as const;

type PageName = keyof typeof PAGES;

interface Expected {
  readonly says: readonly string[];
  readonly leadsTo?: string;
  readonly image?: string;
  readonly status?: number;
}

/** Each of the pages, as it is shown for a request that is as hostile as it may be. */
async function openPages({ url }: Service): Promise<Readonly<Record<PageName, Visit>>> {
  const at = (client: string, more: Record<string, string | undefined> = {}) => {
    const hostile = { login_hint: `${EVIL}@x`, state: EVIL, nonce: EVIL, x: EVIL, ...more };
    return authorizeUrl({ client, dialect: 'identity-manager', parameters: hostile });
  };
  const evil = encodeURIComponent(EVIL);
  const [stranger, ada] = [new Visitor(url), new Visitor(url)];
  const login = await ada.open(at('partner'));
  const consent = await ada.submit(login, ADA);
  return {
    login,
    consent,
    domain: await stranger.open(at('partner', { domain: undefined, login_hint: undefined })),
    'failed login': await stranger.submit(await stranger.open(at('web')), { username: EVIL, password: EVIL }),
    account: await ada.open(at('web', { prompt: 'select_account', scope: `openid ${EVIL}` })),
    logout: await ada.open(`/oauth2/logout?state=${evil}&x=${evil}`),
    'logout for a client': await ada.open(
      `/oauth2/logout?state=${evil}&client_id=web&post_logout_redirect_uri=${encodeURIComponent(GOODBYE)}`,
    ),
    'signed out': await stranger.open(`/oauth2/logout?state=${evil}`),
    'unknown client': await ada.open(at(EVIL)),
    'wrong redirect URI': await ada.open(at('web', { redirect_uri: `https://evil.example/${EVIL}` })),
    'wrong logout': await ada.open(`/oauth2/logout?id_token_hint=${evil}`),
    'missing form token': await stranger.post(at('web'), { step: 'login', ...ADA }),
    'wrong content type': await stranger.post(at('web'), { x: EVIL }, { 'Content-Type': 'text/plain' }),
    'wrong parameter': await stranger.post(at('web'), { step: EVIL, [EVIL]: EVIL }),
  };
}

describe('the login pages', () => {
  let service: Service;
  let pages: Readonly<Record<PageName, Visit>>;

  beforeAll(async () => {
    service = await startService({ world: WORLD });
    pages = await openPages(service);
  });
  afterAll(() => service?.stop());

  const EACH = Object.entries(PAGES).map(([name, expected]) => [name, expected] as [PageName, Expected]);

  /** The directives of the one policy. */
  function policyOf({ headers }: Visit): Record<string, string> {
    const directives = (headers.get('content-security-policy') ?? '').split(';');
    return Object.fromEntries(
      directives.map((text): [string, string] => [text.split(' ', 1)[0] ?? '', text.split(' ').slice(1).join(' ')]),
    );
  }

  it.each(EACH)('show what they are about as text: %s', (name, { says, status = 200 }) => {
    const page = pages[name];
    expect(page.status).toBe(status);
    for (const text of says) expect(plainText(page.text)).toContain(text.replace(/\s+/g, ' '));
  });

  it.each(EACH)('hold no script, no inline style and no element of anyone else: %s', (name) => {
    const tags = pages[name].text.match(/<[^>]*>/g) ?? [];
    const names = new Set(tags.map((tag) => /^<[/!]?([^\s>]*)/.exec(tag)?.[1]));
    const known =
      'doctype html head meta title link body main p img span h1 h2 nav ul li a small strong form input label button br code kbd div';
    expect([...names].filter((tag) => !known.split(' ').includes(tag ?? ''))).toEqual([]);
    const attributes = tags.map((tag) => tag.replace(/"[^"]*"/g, '""')).join('\n');
    expect(attributes).toContain('charset=""');
    expect(attributes).not.toMatch(/[\s"'](on\w+|style|srcdoc)\s*=|javascript:/i);
    expect(pages[name].text).not.toMatch(/<script|<p onclick|&amp;amp;amp;/i);
    expect(attributes).not.toContain("'");
  });

  it.each(EACH)('let the browser do nothing else: %s', (name, { leadsTo, image }) =>
    expect(policyOf(pages[name])).toEqual({
      'default-src': "'none'",
      'style-src': "'self'",
      'img-src': image === undefined ? "'self'" : `'self' ${image}`,
      'base-uri': "'none'",
      'form-action': leadsTo === undefined ? "'self'" : `'self' ${leadsTo}`,
      'frame-ancestors': "'none'",
    }),
  );

  it.each(EACH)('are kept by nobody and framed nowhere: %s', (name) => {
    expect(Object.fromEntries(pages[name].headers)).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    });
    expect(pages[name].text).toContain('<meta name="robots" content="noindex">');
  });

  it('load what they look like from here', async () => {
    const visitor = new Visitor(service.url);
    const files = [...pages.login.text.matchAll(/<link rel="(\w+)" href="([^"]*)"/g)];
    expect(files.map(([, rel]) => rel)).toEqual(['icon', 'stylesheet']);
    for (const [, rel, href = ''] of files) {
      const { status, headers } = await visitor.open(href);
      expect([status, headers.get('content-type')]).toEqual([
        200,
        rel === 'icon' ? 'image/svg+xml' : 'text/css; charset=utf-8',
      ]);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
    }
  });

  it('keep what the user typed, as text', () => {
    const [, value] = /<input id="username" name="username" value="([^"]*)"/.exec(pages['failed login'].text) ?? [];
    expect(plainText(value ?? '')).toBe(EVIL);
    expect(titleOf(pages.login)).toBe('Log in');
  });

  it('lead on without telling where from, and are kept by nobody then either', async () => {
    const { status, headers } = await new Visitor(service.url).open(authorizeUrl({ parameters: { prompt: 'none' } }));
    expect(status).toBe(302);
    expect([headers.get('cache-control'), headers.get('referrer-policy')]).toEqual(['no-store', 'no-referrer']);
  });
});
