import type { Locator, Page } from 'playwright-core';
import { expectPage, fillInLogin, startWalk, type Walk } from '../harness/browser-walk';
import { type BrowserOfPerson, newPerson } from '../harness/chromium';

/** What Swagger UI calls its buttons. */
const AUTHORIZE = { name: 'Apply given OAuth2 credentials' };
const LOGOUT = { name: 'Remove authorization' };

describe('a person before Swagger UI', () => {
  let walk: Walk;
  let person: BrowserOfPerson;
  let page: Page;

  beforeAll(async () => {
    walk = await startWalk();
  }, 120_000);
  afterAll(() => walk?.stop());
  beforeEach(async () => {
    person = await newPerson(walk.browser);
    page = await person.context.newPage();
    await page.goto(`${walk.origin}/docs`);
  });
  afterEach(async () => {
    await person.context.close();
    expect(person.complaints).toEqual([]);
  });

  /** The form of a way to authorize, in the dialog of Swagger UI. */
  async function openForm(flow: string): Promise<Locator> {
    await page.getByRole('button', { name: 'Authorize', exact: true }).click();
    return page.locator('.auth-container').filter({ hasText: `(OAuth2, ${flow}` });
  }

  /** Begins the login: the window that Swagger UI opens for it. */
  async function openLogin(form: Locator): Promise<Page> {
    const [popup] = await Promise.all([page.waitForEvent('popup'), form.getByRole('button', AUTHORIZE).click()]);
    return popup;
  }

  async function closing(popup: Page, act: Promise<void>): Promise<void> {
    await Promise.all([popup.waitForEvent('close'), act]);
  }

  /** Goes on in the window until it asks for consent. */
  async function logInAt(popup: Page, username: string): Promise<void> {
    await popup.getByRole('link', { name: 'Acme acme.example' }).click();
    await fillInLogin(popup, username);
    await expectPage(popup, 'Allow access?');
  }

  it('logs in, after a wrong password, and asks who it is', async () => {
    const form = await openForm('authorizationCode');
    const popup = await openLogin(form);
    await expectPage(popup, 'Choose your domain');
    await popup.getByRole('link', { name: 'Acme acme.example' }).click();
    await fillInLogin(popup, 'ada', 'wrong');
    expect(await popup.getByRole('alert').textContent()).toBe('The user name or password is not right.');
    expect(await popup.getByLabel('User name').inputValue()).toBe('ada');
    expect(await popup.getByLabel('Password').inputValue()).toBe('');
    await fillInLogin(popup, 'ada');
    await closing(popup, popup.getByRole('button', { name: 'Allow' }).click());
    await form.getByRole('button', LOGOUT).waitFor();

    await page.locator('.dialog-ux .close-modal').click();
    const operation = page.locator('.opblock').filter({ hasText: '/oauth2/userinfo' });
    await operation.locator('.opblock-summary-control').click();
    await operation.getByRole('button', { name: 'Try it out' }).click();
    await operation.getByRole('button', { name: 'Execute' }).click();
    const answer = operation.locator('.live-responses-table .response');
    expect(await answer.locator('.response-col_status').textContent()).toContain('200');
    expect(await answer.locator('.response-col_description').textContent()).toContain('Lovelace');
  });

  it('is told when consent was refused', async () => {
    const form = await openForm('authorizationCode');
    const popup = await openLogin(form);
    await logInAt(popup, 'bob');
    await closing(popup, popup.getByRole('button', { name: 'Refuse' }).click());
    expect(await form.locator('.errors').textContent()).toContain('access_denied');
    expect(await form.getByRole('button', LOGOUT).count()).toBe(0);
  });

  it('stays logged in until it logs out, and has to log in then', async () => {
    const popup = await openLogin(await openForm('authorizationCode'));
    await logInAt(popup, 'carl');
    await closing(popup, popup.getByRole('button', { name: 'Allow' }).click());

    await page.reload(); // Swagger UI forgets its token, and gets another without a question
    const form = await openForm('authorizationCode');
    await form.getByRole('button', AUTHORIZE).click();
    await form.getByRole('button', LOGOUT).waitFor();

    const tab = await person.context.newPage();
    await tab.goto(`${walk.origin}/oauth2/logout`);
    await expectPage(tab, 'Log out?');
    expect(await tab.getByRole('main').textContent()).toContain('carl (acme.example)');
    await tab.getByRole('button', { name: 'Log out', exact: true }).click();
    await expectPage(tab, 'You are logged out');
    await tab.close();

    await form.getByRole('button', LOGOUT).click();
    await expectPage(await openLogin(form), 'Choose your domain');
  });

  it('acts as a client with its own id and secret', async () => {
    const form = await openForm('clientCredentials');
    await form.getByLabel('client_id').fill('machine');
    await form.getByLabel('client_secret').fill('machine-secret');
    await form.getByRole('button', AUTHORIZE).click();
    await form.getByRole('button', LOGOUT).waitFor();
  });

  it('is told by Swagger UI, and not asked by the browser, when the secret is wrong', async () => {
    const form = await openForm('clientCredentials');
    await form.getByLabel('client_id').fill('machine');
    await form.getByLabel('client_secret').fill('wrong');
    await form.getByRole('button', AUTHORIZE).click();
    expect(await form.locator('.errors').textContent()).toContain('invalid_client');
    expect(person.complaints.splice(0)).toEqual([expect.stringContaining('401 (Unauthorized)')]);
  });
});
