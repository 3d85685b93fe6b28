import fs from 'node:fs';
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium } from 'playwright-core';

const CHROMIUM = '/usr/bin/chromium';

const QUIETLY = [
  '--no-sandbox', // in a container there is none to be had
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** For an element that does not come: it is there at once, or never. A busy machine takes its time for the page. */
const PATIENCE_MS = 20_000;

/** Fails with what to install when Chromium is missing: a test that is skipped proves nothing. */
export async function launchChromium(): Promise<Browser> {
  if (!fs.existsSync(CHROMIUM)) {
    throw new Error("This test needs Debian's chromium: apt-get install chromium");
  }
  return chromium.launch({ executablePath: CHROMIUM, headless: true, args: QUIETLY });
}

/** A person's browser with cookies of its own, and what it complains of. */
export interface BrowserOfPerson {
  readonly context: BrowserContext;
  /** Errors and warnings of its pages: of scripts, of Content-Security-Policy, of what was not found. */
  readonly complaints: string[];
}

export async function newPerson(browser: Browser, options: BrowserContextOptions = {}): Promise<BrowserOfPerson> {
  const context = await browser.newContext({ locale: 'en-GB', ...options });
  context.setDefaultTimeout(PATIENCE_MS);
  const complaints: string[] = [];
  context.on('weberror', (error) => complaints.push(String(error.error())));
  context.on('console', (message) => {
    const { url } = message.location();
    const pageIsAnError = message.text().startsWith('Failed to load resource') && url === message.page()?.url();
    const isComplaint = message.type() === 'error' || message.type() === 'warning';
    if (isComplaint && !pageIsAnError) complaints.push(`${message.text()} (${url})`);
  });
  // Not every violation of a policy is written to the console.
  const tell = `console.error('CSP: ' + event.effectiveDirective + ' refuses ' + event.blockedURI)`;
  await context.addInitScript(`document.addEventListener('securitypolicyviolation', (event) => ${tell});`);
  return { context, complaints };
}
