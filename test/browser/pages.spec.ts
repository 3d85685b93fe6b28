import fs from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { expectPage, fillInLogin, LONG_CLIENT, requestOf, startWalk, type Walk } from '../harness/browser-walk';
import { newPerson } from '../harness/chromium';

const SCREENSHOTS = path.resolve(__dirname, '../../screenshots');

const WIDTHS = { phone: { width: 390, height: 844 }, desktop: { width: 1280, height: 800 } } as const;

interface Shown {
  readonly page: string;
  readonly title: string;
  /** What a screen reader tells of it, among other things. */
  readonly tells: readonly string[];
  /** The field in which one can type at once. */
  readonly focused?: string;
  readonly at: (walk: Walk) => string;
  /** Whether a person is there who has logged in. */
  readonly loggedIn?: true;
  readonly then?: (page: Page) => Promise<void>;
}

interface Person {
  readonly page: Page;
  readonly complaints: readonly string[];
}

const PAGES: readonly Shown[] = [
  {
    page: 'domain',
    title: 'Choose your domain · Beta Limited',
    tells: ['navigation "Domains"', 'link "Acme acme.example"', 'link "My domain is not listed"'],
    at: (walk) => requestOf(walk, { domain: undefined }),
  },
  {
    page: 'login',
    title: 'Log in · Acme Corporation',
    tells: ['link "Change the domain"', 'textbox "User name"', 'textbox "Password"', 'button "Log in"'],
    focused: 'username',
    at: requestOf,
  },
  {
    page: 'login-without-domain',
    title: 'Log in · Beta Limited',
    tells: ['textbox "User name"', 'textbox "Password"', 'button "Log in"'],
    at: (walk) => requestOf(walk, { domain: '-' }),
  },
  {
    page: 'login-fault',
    title: 'Log in · Acme Corporation',
    tells: ['alert: The user name or', 'textbox "User name" [invalid]: ada', 'textbox "Password" [invalid]'],
    focused: 'password',
    at: requestOf,
    then: (page) => fillInLogin(page, 'ada', 'wrong'),
  },
  {
    page: 'account',
    title: 'Choose an account · Beta Limited',
    tells: ['link "Continue as ada (acme.example)"', 'link "Use another account"'],
    at: (walk) => requestOf(walk, { prompt: 'select_account' }),
    loggedIn: true,
  },
  {
    page: 'consent',
    title: 'Allow access? · Acme Corporation',
    tells: ['heading "This lets it" [level=2]', 'tmc:admin in Mission control', 'button "Allow"', 'button "Refuse"'],
    at: (walk) => requestOf(walk, { prompt: 'consent' }),
    loggedIn: true,
  },
  {
    page: 'consent-long',
    title: 'Allow access? · Acme Corporation',
    tells: ['button "Allow"', 'button "Refuse"'],
    at: (walk) => requestOf(walk, { client_id: LONG_CLIENT }),
    loggedIn: true,
  },
  {
    page: 'logout',
    title: 'Log out?',
    tells: ['button "Log out"', 'button "Log out everywhere"'],
    at: ({ origin }) => `${origin}/oauth2/logout?client_id=app`,
    loggedIn: true,
  },
  {
    page: 'signed-out',
    title: 'You are logged out',
    tells: ['What you began in this browser has ended.'],
    at: ({ origin }) => `${origin}/oauth2/logout`,
  },
  {
    page: 'error',
    title: 'This cannot go on',
    tells: ['The application that sent you here is not known.'],
    at: (walk) => requestOf(walk, { client_id: 'nobody' }),
  },
];

describe('the pages', () => {
  let walk: Walk;
  let stranger: Person;
  let ada: Person;

  beforeAll(async () => {
    walk = await startWalk();
    fs.mkdirSync(SCREENSHOTS, { recursive: true });
    [stranger, ada] = [await arrive(), await arrive()];
    await ada.page.goto(requestOf(walk));
    await fillInLogin(ada.page, 'ada');
    await expectPage(ada.page, 'Allow access?');
  }, 120_000);
  afterAll(() => walk?.stop());

  async function arrive(): Promise<Person> {
    const { context, complaints } = await newPerson(walk.browser);
    return { page: await context.newPage(), complaints };
  }

  it.each(PAGES)('$page: is readable at every width, in light and dark, and by a screen reader', async (shown) => {
    const { title, tells, focused, at, loggedIn, then } = shown;
    const { page: seen, complaints } = loggedIn ? ada : stranger;
    await seen.goto(at(walk));
    await then?.(seen);
    await expectPage(seen, title.split(' · ')[0] ?? '');

    expect(await seen.title()).toBe(title);
    expect(await seen.locator('html').getAttribute('lang')).toBe('en');
    expect(await seen.getByRole('heading', { level: 1 }).count()).toBe(1);
    expect(await seen.getByRole('main').count()).toBe(1);
    const told = await seen.locator('body').ariaSnapshot();
    expect({ told, missing: tells.filter((text) => !told.includes(text)) }).toEqual({ told, missing: [] });
    expect(await unlabelledFieldsOf(seen)).toBe(0);
    if (focused !== undefined) expect(await seen.locator(':focus').getAttribute('name')).toBe(focused);

    await photograph(seen, shown.page);
    expect(complaints).toEqual([]);
  });

  async function photograph(seen: Page, name: string): Promise<void> {
    for (const [width, size] of Object.entries(WIDTHS)) {
      await seen.setViewportSize(size);
      for (const colorScheme of ['light', 'dark'] as const) {
        await seen.emulateMedia({ colorScheme });
        await seen.screenshot({ path: path.join(SCREENSHOTS, `${name}-${width}-${colorScheme}.png`), fullPage: true });
      }
      // No text runs out of the page.
      const overflow = await seen.evaluate<number>('document.documentElement.scrollWidth - window.innerWidth');
      expect({ width, overflow }).toEqual({ width, overflow: 0 });
    }
  }
});

function unlabelledFieldsOf(page: Page): Promise<number> {
  const fields = `document.querySelectorAll('input:not([type=hidden]), select, textarea')`;
  return page.evaluate<number>(`[...${fields}].filter((field) => field.labels.length === 0).length`);
}
