import { once } from 'node:events';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { builtService } from './built-service';
import { launchChromium } from './chromium';
import { newPkce } from './login-world';
import { removeFolder, scratchFolder } from './scratch-folder';
import { endServiceProcesses, startServiceProcess } from './service-process';
import { createTestDatabase } from './test-database';

const LOGO = Buffer.from(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40"><rect width="40" height="40" rx="9" fill="#2456c8"/></svg>',
);

const NATIVE_CLIENT = {
  publicClient: true,
  grantTypes: ['authorization_code'],
  redirectUris: ['http://127.0.0.1/callback', 'http://[::1]/callback'],
  postLogoutRedirectUris: ['http://127.0.0.1/goodbye'],
  allowedScopes: {
    generalScopes: ['openid', 'profile'],
    organizationScopes: { allRoles: true },
    servicesScopes: [{ serviceDefinitionId: 'tmc', allRoles: true }],
  },
};

/** A client whose name has no place to break a line. */
export const LONG_CLIENT = `an-app-without-a-name-${'x'.repeat(60)}`;

/** Several, because a consent that one has given is not asked for again. */
const PEOPLE = ['ada', 'bob', 'carl', 'dora', 'eve'];

/** All people are of acme; `app` is beta's, on its user's own machine. The unbroken names try the layout of the pages. */
const WORLD = {
  orgs: [
    {
      id: 'acme',
      name: 'ACME',
      displayName: 'Acme Corporation',
      logo: `data:image/svg+xml;base64,${LOGO.toString('base64')}`,
    },
    { id: 'beta', name: 'BETA', displayName: 'Beta Limited' },
    { id: 'long', name: 'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft' },
  ],
  domains: [
    { name: 'acme.example', displayName: 'Acme', org: 'acme' },
    { name: 'beta.example', displayName: 'Beta', org: 'beta' },
    { name: 'donaudampfschifffahrtselektrizitaetenhauptbetriebswerk.example', displayName: 'Donau', org: 'long' },
  ],
  serviceDefinitions: [
    { id: 'tmc', name: 'Mission control', roles: [{ name: 'tmc:admin', permissions: [{ permissionId: 'manage' }] }] },
  ],
  users: PEOPLE.map((name) => ({
    id: `u-${name}`,
    domain: 'acme.example',
    username: name,
    email: `${name}@acme.example`,
    password: `${name}-password`,
    givenName: name,
    familyName: 'Lovelace',
    defaultOrg: 'acme',
    memberships: [
      { org: 'acme', roles: ['org_owner'], serviceRoles: [{ serviceDefinitionId: 'tmc', role: 'tmc:admin' }] },
    ],
  })),
  clients: [
    { ...NATIVE_CLIENT, id: 'app', org: 'beta', displayName: 'Demonstration app', allowedOrgs: ['acme', 'long'] },
    { ...NATIVE_CLIENT, id: LONG_CLIENT, org: 'acme' },
    {
      id: 'machine',
      org: 'acme',
      secret: 'machine-secret',
      grantTypes: ['client_credentials'],
      allowedScopes: { generalScopes: ['openid'] },
    },
  ],
};

export interface Walk {
  readonly browser: Browser;
  /** `http://localhost:…`, where the service is, which is its issuer, too. */
  readonly origin: string;
  stop(): Promise<void>;
}

/** The built service as a process, and Chromium. To be stopped whatever happens. */
export async function startWalk(): Promise<Walk> {
  const browser = await launchChromium();
  const folder = scratchFolder();
  const database = await createTestDatabase();
  const stop = async () => {
    await browser.close();
    await endServiceProcesses();
    await database.drop();
    removeFolder(folder);
  };
  try {
    fs.writeFileSync(path.join(folder, 'world.json'), JSON.stringify(WORLD));
    await builtService();
    const env = { DATABASE_URL: database.url, SEED_FILE: 'world.json', LOG_LEVEL: 'warn' };
    const service = await startServiceProcess({ cwd: folder, env });
    return { browser, origin: service.issuer, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** An authorization request of `app`, with the domain of ada, unless told; undefined takes a parameter out. */
export function requestOf(walk: Walk, parameters: Record<string, string | undefined> = {}): string {
  const all = {
    client_id: 'app',
    redirect_uri: 'http://127.0.0.1/callback',
    response_type: 'code',
    state: 'the state',
    domain: 'acme.example',
    code_challenge: newPkce().challenge,
    code_challenge_method: 'S256',
    ...parameters,
  };
  const given = Object.entries(all).filter((pair): pair is [string, string] => pair[1] !== undefined);
  return `${walk.origin}/oauth2/authorize?${new URLSearchParams(given).toString()}`;
}

/** Fills in the login page that is shown. */
export async function fillInLogin(page: Page, username: string, password = `${username}-password`): Promise<void> {
  await page.getByLabel('User name').fill(username);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Log in' }).click();
}

/** The heading of the page, once it is the one that is waited for. */
export async function expectPage(page: Page, title: string): Promise<void> {
  await page.getByRole('heading', { level: 1, name: title, exact: true }).waitFor();
}

/** Someone else's web server, that answers the same page everywhere. */
export interface OtherSite {
  /** `http://127.0.0.1:…` */
  readonly origin: string;
  stop(): Promise<void>;
}

export async function startOtherSite(html: string, host = '127.0.0.1'): Promise<OtherSite> {
  const server = http.createServer((_request, response) => {
    response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' }).end(html);
  });
  server.listen(0, host);
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('No TCP port was assigned.');
  const name = host.includes(':') ? `[${host}]` : host;
  return {
    origin: `http://${name}:${address.port}`,
    stop: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
