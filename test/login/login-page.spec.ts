import { authorizeUrl, LOGIN_WORLD, logInAt, REDIRECT_URI } from '../harness/login-world';
import { type Service, startService } from '../harness/service';
import { linksOf, plainText, titleOf, type Visit, Visitor } from '../harness/visitor';

describe('the page that asks who the user is', () => {
  let service: Service;

  beforeAll(async () => {
    service = await startService({ world: LOGIN_WORLD });
  });
  afterAll(() => service?.stop());

  /** What a browser without a session is shown for the client of beta that is for acme, too. */
  const open = (
    parameters: Record<string, string | undefined>,
    dialect: 'csp' | 'identity-manager' | 'oauth' = 'oauth',
  ) => new Visitor(service.url).open(authorizeUrl({ client: 'partner', dialect, parameters }));

  function usernameOn({ text }: Visit): string | undefined {
    return /<input id="username" name="username" value="([^"]*)"/.exec(text)?.[1];
  }

  it.each(['csp', 'identity-manager', 'oauth'] as const)('has the user name of login_hint, in %s', async (dialect) => {
    expect(usernameOn(await open({ login_hint: 'ada', domain: 'acme.example' }, dialect))).toBe('ada');
    expect(usernameOn(await open({ domain: 'acme.example' }, dialect))).toBe('');
  });

  it.each([
    ['identity-manager', 'ada'],
    ['csp', ''],
    ['oauth', ''],
  ] as const)('has with the parameter u, in %s, the user name %j', async (dialect, username) =>
    expect(usernameOn(await open({ u: 'ada', domain: 'acme.example' }, dialect))).toBe(username),
  );

  it('prefers login_hint to u', async () =>
    expect(usernameOn(await open({ u: 'bob', login_hint: 'ada', domain: '-' }, 'identity-manager'))).toBe('ada'));

  it('offers the domains of the orgs that the client is for', async () => {
    const page = await open({ domain: undefined });
    expect(titleOf(page)).toBe('Choose your domain');
    expect([...linksOf(page.text).keys()]).toEqual([
      'Acme acme.example',
      'Beta beta.example',
      'My domain is not listed',
    ]);
  });

  it('goes past the choice when the request names the domain, and lets the user change it', async () => {
    const page = await open({ domain: 'beta.example' });
    expect(titleOf(page)).toBe('Log in');
    const change = linksOf(page.text).get('Change the domain') ?? '';
    expect(titleOf(await new Visitor(service.url).open(change))).toBe('Choose your domain');
  });

  it.each(['nowhere.example', 'Acme', "'; DROP TABLE domains; --", '../x', '<b>', '%'])(
    'offers the choice for the domain %j, which does not exist',
    async (domain) => {
      const page = await open({ domain });
      expect([page.status, titleOf(page)]).toEqual([200, 'Choose your domain']);
      const login = await new Visitor(service.url).open(linksOf(page.text).get('Acme acme.example') ?? '');
      expect(titleOf(login)).toBe('Log in');
    },
  );

  it('takes the only domain that there is when the named one does not exist', async () => {
    const visitor = new Visitor(service.url);
    const { leftTo } = await logInAt(visitor, authorizeUrl({ parameters: { domain: 'nowhere.example' } }));
    expect(leftTo?.href).toContain(`${REDIRECT_URI}?code=`);
  });

  it.each(['ada@acme.example', 'acme.example\\ada'])('goes past the choice with the hint %s', async (hint) => {
    const page = await open({ domain: undefined, login_hint: hint });
    expect([titleOf(page), usernameOn(page)]).toEqual(['Log in', hint]);
    expect(titleOf(await open({ domain: undefined, login_hint: 'ada' }))).toBe('Choose your domain');
  });

  it.each([
    ['ada', 'acme.example', 'ada (acme.example)'],
    ['ada', 'beta.example', 'ada (beta.example)'],
    ['ADA', 'acme.example', 'ada (acme.example)'],
    [' ada ', 'acme.example', 'ada (acme.example)'],
    ['acme.example\\ada', '-', 'ada (acme.example)'],
    ['beta.example\\ada', 'acme.example', 'ada (beta.example)'],
    ['ada@beta.example', '-', 'ada (beta.example)'],
    ['ada@acme.example', 'acme.example', 'ada (acme.example)'],
    ['ada@acme.example', 'beta.example', 'ada (acme.example)'],
    ['bob', '-', 'bob (beta.example)'],
    ['carl@acme.example', 'acme.example', 'carl@acme.example (acme.example)'],
    ['carl@acme.example', '-', 'carl@acme.example (acme.example)'],
    ['acme.example\\carl@acme.example', 'beta.example', 'carl@acme.example (acme.example)'],
    ['carl@acme.example@acme.example', 'beta.example', 'carl@acme.example (acme.example)'],
  ])('reads %j at the domain %s as %s', async (username, domain, account) => {
    const visitor = new Visitor(service.url);
    const [, name = ''] = /^\s*(?:.*\\)?(\w+)/.exec(username) ?? [];
    await logInAt(visitor, authorizeUrl({ parameters: { domain } }), {
      username,
      password: `${name.toLowerCase()}-password`,
    });
    const accounts = await visitor.open(authorizeUrl({ parameters: { prompt: 'select_account' } }));
    expect([...linksOf(accounts.text).keys()]).toContain(`Continue as ${account}`);
  });

  it('asks for the domain when a name and password are right in two', async () => {
    const visitor = new Visitor(service.url);
    const page = await visitor.submit(await visitor.open(authorizeUrl({ parameters: { domain: '-' } })), {
      username: 'ada',
      password: 'ada-password',
    });
    expect(page.status).toBe(409);
    expect(plainText(page.text)).toContain('domain\\name');
    expect(usernameOn(page)).toBe('ada');
    const { leftTo } = await visitor.submit(page, { username: 'acme.example\\ada', password: 'ada-password' });
    expect(leftTo?.searchParams.has('code')).toBe(true);
  });

  it('is the same whatever was wrong', async () => {
    const pages = [];
    for (const [username, password] of [
      ['ada', 'wrong'],
      ['nobody', 'wrong'],
      ['eve', 'wrong'],
      ['eve', 'eve-password'],
      ['nowhere.example\\ada', 'ada-password'],
      ['ada', ''],
    ] as const) {
      const visitor = new Visitor(service.url);
      const page = await visitor.submit(await visitor.open(authorizeUrl()), { username, password });
      expect(page.status).toBe(401);
      expect([...visitor.cookies.keys()]).toEqual(['__Host-gatehouse_form']);
      expect(usernameOn(page)).toBe(username);
      const different = ['content-length', 'date', 'set-cookie', 'x-request-id'];
      const headers = [...page.headers].filter(([name]) => !different.includes(name));
      const text = page.text
        .replace(/(name="form_token" value=)"[^"]+"/, '$1')
        .replace(/<code>[\w-]+<\/code>/, '')
        .replace(`value="${username}"`, '');
      pages.push(JSON.stringify([headers, text]));
    }
    expect(new Set(pages).size).toBe(1);
    expect(pages[0]).toContain('The user name or password is not right.');
  });

  it('wears the name and the logo of the org whose domain it is', async () => {
    const acme = await open({ domain: 'acme.example' });
    expect(acme.text).toContain('<img src="data:image/png;base64,iVBORw0KGgo="');
    expect(plainText(acme.text)).toContain('Acme Corporation');
    expect(plainText(acme.text)).not.toContain('Beta Limited');
    const beta = await open({ domain: 'beta.example' });
    expect(beta.text).not.toContain('<img');
    expect(plainText(beta.text)).toContain('Beta Limited');
  });

  it('wears those of the org of the client while the domain is open', async () => {
    for (const domain of [undefined, '-']) expect(plainText((await open({ domain })).text)).toContain('Beta Limited');
  });
});
